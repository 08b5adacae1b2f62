/**
 * One of the examples' clients as a process that a test can kill: `follower.ts <client> <file of its mirror> <calendar>`.
 * Prints why each subscription ended, a line each.
 */
import { follow, type Subscribe } from '../../examples/shared/follow.ts';
import { Mirror } from '../../examples/shared/mirror.ts';

const [client, file = '', calendarId = ''] = process.argv.slice(2);
const { subscribe } = (await import(`../../examples/live-${client}.ts`)) as { subscribe: Subscribe };
const telling: Subscribe = async (...parameters) => {
  const ending = await subscribe(...parameters);
  const code = ending.errors?.[0]?.extensions?.['code'];
  console.log(ending.errors === undefined ? `${ending.close?.code} ${ending.close?.reason}`.trim() : code);
  return ending;
};
await follow(telling, new Mirror(file), calendarId, new AbortController().signal);
