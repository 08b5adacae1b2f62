/** What it costs to count a request, in memory, against the bare counting of a map. */
import { createRequestLimiter } from '../auth/limits/request-limiter.ts';
import { figure, interleaved, report, tiny } from './measure.ts';

const takes = tiny ? 100 : 100_000;
const applications = Array.from({ length: 50 }, (_, index) => `app_${index}`);
const of = (take: number) => applications[take % applications.length] ?? '';

for (const [name, perSecond] of [
  ['within the limits', 10_000_000],
  ['beyond them', 1],
] as const) {
  const limits = { perSecond, perMinute: 10_000_000 };
  const limiter = createRequestLimiter({ limitsOf: () => limits, redis: null });
  const taken = async () => {
    for (let take = 0; take < takes; take++) await limiter.take(of(take));
  };
  const counts = new Map<string, number>();
  const counted = async () => {
    for (let take = 0; take < takes; take++)
      counts.set(of(take), await Promise.resolve((counts.get(of(take)) ?? 0) + 1));
  };
  await taken();
  await counted();
  const { limited, bare } = await interleaved(tiny ? 1 : 9, { limited: taken, bare: counted });
  const each = (values: typeof limited.cpu) =>
    figure([values.low, values.median, values.high].map((ms) => (ms * 1000) / takes));
  report(`a take ${name}, µs of CPU`, each(limited.cpu).median, '≤ 10', each(limited.cpu).median <= 10);
  report('a number in a map, awaited, µs of CPU', each(bare.cpu).median);
}
// The limiter keeps a timer for each window that is open.
process.exit(0);
