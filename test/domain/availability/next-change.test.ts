/** When time alone changes an answer (semantics E10). */
import { describe, expect, test } from '@jest/globals';
import { drawCase } from '../../../bench/availability/cases.ts';
import { engineQuestion } from '../../../bench/availability/engine-question.ts';
import { seeded } from '../../../bench/oracles/random.ts';
import { type Answered, nextChange, watchedEarliest } from '../../../domain/availability/next-change.ts';
import { findOpenings } from '../../../domain/availability/openings.ts';
import type { Question } from '../../../domain/availability/question.ts';
import { rejections } from '../../../domain/availability/rejections.ts';
import { type Asked, at, busy, clock, member, question, zones } from './asked.ts';

interface Watched {
  /** Minutes; null: none. */
  readonly notice?: number | null;
  readonly withRefusals?: boolean;
  readonly believedUntil?: readonly number[];
}

const seconds = (notice: number | null) => (notice === null ? null : notice * 60);

/** As it is at an instant, in milliseconds. */
function asOf(
  asked: Question,
  now: number,
  { notice = 0, withRefusals = false, believedUntil = [] }: Watched,
): Answered {
  const kept = seconds(notice);
  const sooner = kept === null ? Number.NEGATIVE_INFINITY : Math.ceil(now / 1000) + kept;
  const watched = { ...asked, earliest: watchedEarliest({ ...asked, earliest: sooner }) };
  return { question: watched, found: findOpenings(watched, zones), notice: kept, believedUntil, withRefusals };
}

const ms = (text: string) => at(text) * 1000;

function next(asked: Asked, now: string, watched: Watched = {}): string | null {
  const moment = nextChange(asOf(question(asked), ms(now), watched), ms(now), zones);
  if (moment === null) return null;
  // Always the first millisecond after what stood.
  return `${clock((moment - 1) / 1000)}${(moment - 1) % 1000 === 0 ? '' : '?'}`;
}

describe('the notice', () => {
  const free = { members: [member()] };
  const isBusy = { members: [member({ busy: [busy('09:00 – 10:00')] })] };

  test('passes the first start that is offered, and no other matters', () => {
    expect(next(free, '08:00')).toBe('09:00');
    expect(next(free, '09:10')).toBe('09:30');
    expect(next(isBusy, '08:00')).toBe('10:00');
    expect(next(isBusy, '10:00')).toBe('10:00');
    expect(next(free, '08:00', { notice: 45 })).toBe('08:15');
    expect(next({ ...free, format: 'SLOTS' }, '09:10')).toBe('09:30');
  });

  test('that nobody asked for changes nothing, nor does one behind which nothing is offered', () => {
    expect(next(free, '08:00', { notice: null, withRefusals: true })).toBeNull();
    expect(next(free, '11:31')).toBeNull();
    expect(next({ members: [member({ synced: false })] }, '08:00')).toBeNull();
  });

  test('refuses each start that it passes, offered or not, where that is told', () => {
    expect(next(isBusy, '08:00', { withRefusals: true })).toBe('09:00');
    expect(next(isBusy, '09:00', { withRefusals: true })).toBe('09:00');
    expect(next(isBusy, '09:01', { withRefusals: true })).toBe('09:30');
  });

  test('takes starts in whatever order they were asked', () => {
    const asked = { members: [member()], starts: [at('11:00'), at('09:20'), at('10:00')] };
    expect(next(asked, '08:00')).toBe('09:20');
    expect(next(asked, '09:21')).toBe('10:00');
    expect(next(asked, '11:01')).toBeNull();
  });

  test('that a period is in moves its beginning by whole minutes, later and never sooner', () => {
    const asked = { ...isBusy, format: 'PERIODS' as const };
    expect(next(asked, '08:00')).toBe('10:00');
    expect(next(asked, '10:00')).toBe('10:00');
    const seventeen = (ms('10:05') + 17_000) / 1000;
    const told = asOf(question(asked), seventeen * 1000, {});
    expect(told.found.openings.map(({ start }) => clock(start))).toEqual(['10:06']);
    expect(nextChange(told, seventeen * 1000, zones)).toBe(ms('10:06') + 1);
    // Half an hour before noon it is too short.
    expect(next(asked, '11:31')).toBeNull();
  });
});

test('calendars out of reach are believed until a moment, which is past once it is over', () => {
  const asked = { members: [member()] };
  const believedUntil = [ms('10:00') + 500, ms('09:00')];
  const watched = { notice: null, believedUntil };
  expect(next(asked, '08:00', watched)).toBe('09:00');
  expect(next(asked, '09:01', watched)).toBe('10:00?');
  expect(next(asked, '10:01', watched)).toBeNull();
  expect(next(asked, '08:45', { notice: 0, believedUntil })).toBe('09:00');
});

test('whoever looks at these moments only knows the answer at every other', () => {
  const random = seeded(20_261_123);
  let [changes, looks] = [0, 0];
  for (let round = 0; round < 400; round += 1) {
    const drawn = drawCase(random);
    const asked = engineQuestion(drawn, zones);
    const [from, to] = [
      Math.min(...drawn.periods.flat(), ...(drawn.starts ?? [])),
      Math.max(...drawn.periods.flat(), ...(drawn.starts ?? [])),
    ];
    const watched = { notice: random.pick([0, 0, 7, 90]), withRefusals: random.chance(0.5) };
    const tell = (now: number) => {
      const answered = asOf(asked, now, watched);
      const { openings, truncated } = answered.found;
      const refused = watched.withRefusals ? [...rejections(answered.question, zones, null)] : [];
      const told = JSON.stringify([openings.map(({ start, end, free }) => [start, end, free()]), truncated, refused]);
      return { told, lookAt: nextChange(answered, now, zones) };
    };
    const begin = (from - watched.notice * 60 - 60) * 1000;
    const end = (to - watched.notice * 60 + 60) * 1000;
    let known = tell(begin);
    const moments = Array.from({ length: 12 }, () => random.whole(begin, end)).sort((one, other) => one - other);
    for (const now of moments) {
      while (known.lookAt !== null && known.lookAt <= now) {
        const later = tell(known.lookAt);
        looks += 1;
        if (later.told !== known.told) changes += 1;
        // Or one look would follow the other without an end.
        expect(later.lookAt === null || later.lookAt > known.lookAt).toBe(true);
        known = later;
      }
      expect(known.told).toBe(tell(now).told);
    }
  }
  expect(changes).toBeGreaterThan(500);
  // Few looks find nothing: a start behind the maximum, or one that nobody could come to anyway.
  expect(changes / looks).toBeGreaterThan(0.6);
});
