/** CPU a request of several servers over the same data, in turn, round after round. */
import { type Child, startChild } from '../live/child.ts';
import { type Figure, figure, tiny } from '../measure.ts';
import { type Load, loadOf } from './load.ts';
import { type Kind, key, type Server } from './server-kinds.ts';

const profile = process.argv.find((argument) => argument.startsWith('--profile='))?.slice('--profile='.length);

/** How many rounds' requests a server is sent before it counts. */
const warming = 5;

/** Microseconds of the server's CPU a request, of each kind. */
export async function compare(
  kinds: readonly Kind[],
  options: { readonly query: string; readonly expected: string; readonly requests: number; readonly rounds: number },
): Promise<Readonly<Record<Kind, Figure>>> {
  const requests = tiny ? 20 : options.requests;
  const children = new Map<Kind, { readonly child: Child<Server>; readonly load: Load; readonly spent: number[] }>();
  try {
    for (const kind of kinds) {
      // Ours is run as `npm start` runs it, the others as their pages say.
      if (kind.startsWith('ours')) delete process.env['NODE_ENV'];
      else process.env['NODE_ENV'] = 'production';
      const child = startChild<Server>('bench/graphql/server.ts', [kind]);
      const port = await child.ask.port();
      const load = loadOf({ ...options, port, authorization: `Bearer ${key}`, connections: 20 });
      children.set(kind, { child, load, spent: [] });
    }
    for (let round = 0; round <= (tiny ? 0 : options.rounds); round++) {
      for (const [kind, { child, load, spent }] of children) {
        if (round === 1 && profile === kind) await child.ask.profile(null);
        const before = await child.ask.cpu();
        // The first round compiles the code.
        await load.send(round === 0 && !tiny ? requests * warming : requests);
        if (round > 0 || tiny) spent.push(((await child.ask.cpu()) - before) * (1_000 / requests));
      }
    }
    for (const [kind, { child }] of children) {
      if (profile === kind) await child.ask.profile(`graphql-${kind.replaceAll(/\W/g, '-')}.cpuprofile`);
    }
    return Object.fromEntries([...children].map(([kind, { spent }]) => [kind, figure(spent)])) as Record<Kind, Figure>;
  } finally {
    for (const { child } of children.values()) {
      await child.stop();
    }
  }
}
