/** One of the examples' clients as a process that a test can kill: `follower.ts <client> <file of its mirror> <calendar>`. */
import { follow, type Subscribe } from '../../examples/shared/follow.ts';
import { Mirror } from '../../examples/shared/mirror.ts';

const [client, file = '', calendarId = ''] = process.argv.slice(2);
const { subscribe } = (await import(`../../examples/live-${client}.ts`)) as { subscribe: Subscribe };
await follow(subscribe, new Mirror(file), calendarId, new AbortController().signal);
