/**
 * Five calendars of twenty events of three attendees from memory over HTTP: CPU a request of the server's process. Ours counts,
 * authenticates, checks scopes, limits and cost, and logs; those that it is compared with answer anybody.
 */
import { documents } from './graphql/calendars.ts';
import { compare } from './graphql/compare.ts';
import { report, reportFigure } from './measure.ts';

const found = await compare(
  [
    'ours',
    'ours through Apollo',
    'ours as graphql-js executes',
    'Apollo and Fastify',
    'Mercurius',
    'Mercurius with jit',
    'node:http',
  ],
  { query: documents.list, expected: 'evt_4_19', requests: 600, rounds: 9 },
);
for (const [kind, spent] of Object.entries(found)) reportFigure(`${kind}: µs of CPU a request`, spent);
const of = (kind: keyof typeof found) => found[kind].median;
const toStock = of('Apollo and Fastify') / of('ours through Apollo');
report('Apollo and Fastify to ours through Apollo', toStock, '≥ 2.5', toStock >= 2.5);
const toJit = of('ours through Apollo') / of('Mercurius with jit');
report('ours through Apollo to Mercurius with jit', toJit, '≤ 2.22', toJit <= 1 / 0.45);
const past = of('ours') / of('Mercurius with jit');
report('ours past Apollo to Mercurius with jit', past, '≤ 1.11', past <= 1 / 0.9);
