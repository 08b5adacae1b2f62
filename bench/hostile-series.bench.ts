/** CPU that 64 KiB of hostile series cost: read and walked as far as one request goes, and their span for the store. */
import { expand, seriesBounds } from '../domain/recurrence/expand.ts';
import { series, window, zones } from '../test/domain/recurrence/fixtures.ts';
import { hostileLines } from '../test/domain/recurrence/hostile-lines.ts';
import { figure, reportFigure, spent, tiny } from './measure.ts';

const length = tiny ? 4_096 : 65_536;
const rounds = tiny ? 1 : 15;
for (const [name, lines] of Object.entries(hostileLines)) {
  const given = series('2026-01-05T09:00:00 Europe/London', '2026-01-05T10:00:00 Europe/London', lines(length));
  const walked: number[] = [];
  const bounded: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const walk = await spent(() => {
      for (const _ of expand(given, [], window(undefined, undefined, 10_000), zones));
    });
    const bounds = await spent(() => seriesBounds(given, [], zones));
    walked.push(walk.cpu);
    bounded.push(bounds.cpu);
  }
  reportFigure(`${name}: walked, ms CPU`, figure(walked), '≤ 250', (median) => median <= 250);
  reportFigure(`${name}: its span, ms CPU`, figure(bounded), '≤ 250', (median) => median <= 250);
}
