/** `{ hello }` over HTTP: what a request costs beside what it asks for. */
import { documents } from './graphql/calendars.ts';
import { compare } from './graphql/compare.ts';
import { report, reportFigure } from './measure.ts';

const found = await compare(
  ['ours', 'ours through Apollo', 'Apollo and Fastify', 'Mercurius', 'Mercurius with our headers and log', 'node:http'],
  {
    query: documents.hello,
    expected: 'world',
    requests: 1_500,
    rounds: 7,
  },
);
for (const [kind, spent] of Object.entries(found)) reportFigure(`${kind}: µs of CPU a request`, spent);
const through = found['ours through Apollo'].median / found.Mercurius.median;
report('ours through Apollo to Mercurius', through, '≤ 2.6', through <= 2.6);
const past = found.ours.median / found.Mercurius.median;
report('ours past Apollo to Mercurius', past, '≤ 1.3', past <= 1.3);
const dressed = found.ours.median / found['Mercurius with our headers and log'].median;
report('ours past Apollo to Mercurius with our headers and log', dressed);
