/** LEAST_BOOKED, sentence by sentence (semantics E9). */
import { describe, expect, test } from '@jest/globals';
import { leastBooked, standings } from '../../../domain/distribution/least-booked.ts';
import type { BookedMember } from '../../../domain/distribution/pool.ts';
import { ordered, preferred } from '../../../domain/distribution/pool.ts';
import { all, day, placesOf, pool, to, window } from './pools.ts';

const order = (members: readonly BookedMember[]) => placesOf(leastBooked(members, window), all(members));
const scores = (members: readonly BookedMember[]) =>
  Object.fromEntries(standings(members, window).map(({ place, score }) => [place, score]));
const credits = (members: readonly BookedMember[]) =>
  standings(members, window)
    .toSorted((one, other) => one.place - other.place)
    .map(({ calibration }) => Number(calibration.toFixed(6)));

describe('the score', () => {
  test('puts fewest bookings first', () => {
    expect(order(pool({ bookings: 3 }, { bookings: 0 }, { bookings: 1 }))).toEqual([1, 2, 0]);
  });

  test('is bookings by weight: who weighs twice as much takes twice as many', () => {
    const members = pool({ bookings: 3, weight: 2 }, { bookings: 2, weight: 1 }, { bookings: 1, weight: 0.5 });
    expect(scores(members)).toEqual({ 0: 1.5, 1: 2, 2: 2 });
    expect(order(members)).toEqual([0, 1, 2]);
  });

  test('of equal fractions is equal', () => {
    const members = pool({ bookings: 3, weight: 0.3, lastAssigned: 2 }, { bookings: 1, weight: 0.1, lastAssigned: 1 });
    expect(scores(members)).toEqual({ 0: 10, 1: 10 });
    expect(order(members)).toEqual([1, 0]);
  });

  test('of weight 0 is last, whatever the bookings', () => {
    expect(order(pool({ weight: 0 }, { bookings: 900 }, { bookings: 901, weight: 0.001 }))).toEqual([1, 2, 0]);
  });

  test('is told with the bookings, for those who are free', () => {
    const members = pool({ bookings: 3 }, { bookings: 4, weight: 2 }, { weight: 0 });
    expect(leastBooked(members, window)([0, 1, 2], to)).toEqual([
      { place: 1, bookings: 4, score: 2 },
      { place: 0, bookings: 3, score: 3 },
      { place: 2, bookings: 0, score: Number.POSITIVE_INFINITY },
    ]);
    expect(leastBooked(members, window)([2, 0], to).map(({ place }) => place)).toEqual([0, 2]);
  });
});

describe('ties', () => {
  test('go to who was least recently assigned, and before that to who never was', () => {
    const members = pool({ lastAssigned: 3 }, { lastAssigned: 1 }, { lastAssigned: null }, { lastAssigned: 2 });
    expect(order(members)).toEqual([2, 1, 3, 0]);
  });

  test('of those go to who is listed first', () => {
    expect(order(pool({}, {}, {}))).toEqual([0, 1, 2]);
    expect(order(pool({ lastAssigned: 5 }, { lastAssigned: 5 }))).toEqual([0, 1]);
    expect(order(pool({ place: 7 }, { place: 3 }))).toEqual([7, 3]);
  });

  test('of weight 0 go the same way', () => {
    const members = pool({ weight: 0, bookings: 1, lastAssigned: 2 }, { weight: 0, bookings: 9, lastAssigned: 1 });
    expect(order(members)).toEqual([1, 0]);
  });
});

describe('a newcomer', () => {
  test('is credited with the average rate of the others times the time it was not there', () => {
    const members = pool({ bookings: 30 }, { bookings: 24 }, { since: to - 10 * day });
    // 54 bookings in 60 days, for 20 days.
    expect(credits(members)).toEqual([0, 0, 18]);
    expect(order(members)).toEqual([2, 1, 0]);
  });

  test('is one of the pool from the first day, with nothing to catch up', () => {
    const members = pool({ bookings: 30 }, { bookings: 31 }, { since: to });
    expect(credits(members)).toEqual([0, 0, 30.5]);
    expect(order(members)).toEqual([0, 2, 1]);
  });

  test('who was authorised before the window is none', () => {
    expect(credits(pool({ bookings: 30 }, { since: to - 30 * day }))).toEqual([0, 0]);
  });

  test('gets a part of it that fits its weight', () => {
    const members = pool({ bookings: 30 }, { weight: 2, since: to }, { bookings: 15, weight: 0.5 });
    expect(credits(members)).toEqual([0, 60, 0]);
    expect(scores(members)).toEqual({ 0: 30, 1: 30, 2: 30 });
  });

  test('of weight 0 adds nothing to the others’ average, and gets nothing', () => {
    expect(credits(pool({ bookings: 30 }, { bookings: 90, weight: 0 }, { since: to }))).toEqual([0, 0, 30]);
    expect(credits(pool({ bookings: 30 }, { weight: 0, since: to }))).toEqual([0, 0]);
  });

  test('is nobody where all are new: the pool is as old as its first', () => {
    const since = to - 5 * day;
    expect(credits(pool({ since, bookings: 9 }, { since }, { since: since + 600, bookings: 1 }))).toEqual([0, 0, 0]);
  });

  test('is nobody for having been authorised some hours after the others', () => {
    const members = pool({ since: to - 3_600, bookings: 3 }, { since: to - 3_000, bookings: 1 }, { since: to });
    expect(order(members)).toEqual([2, 1, 0]);
    expect(credits(members)).toEqual([0, 0, 0]);
  });

  test('who is authorised only after the window’s end, by another clock, is new', () => {
    expect(credits(pool({ bookings: 30 }, { since: to + day }))).toEqual([0, 30]);
    expect(credits(pool({ since: to + day, bookings: 3 }, { since: to + 2 * day }))).toEqual([0, 0]);
  });

  test('alone, or among those who take nothing, is credited with nothing', () => {
    expect(credits(pool({ since: to }))).toEqual([0]);
    expect(credits(pool({ weight: 0, bookings: 5 }, { away: [to - 9 * day, to] }))).toEqual([0, 0]);
  });
});

describe('one who was away', () => {
  test('is credited with the average rate of the others times the time away', () => {
    const members = pool({ bookings: 30 }, { bookings: 15, away: [to - 15 * day, to] }, { bookings: 30 });
    expect(credits(members)).toEqual([0, 15, 0]);
    expect(scores(members)).toEqual({ 0: 30, 1: 30, 2: 30 });
  });

  test('is counted by time there: who is there half of the time takes half of it', () => {
    const members = pool({ bookings: 20 }, { bookings: 10, away: [to - 30 * day, to - 15 * day] });
    expect(scores(members)).toEqual({ 0: 20, 1: 20 });
  });

  test('was away in the window only as far as it reaches, however long', () => {
    const away = [to - 900 * day, to - 20 * day, to - 5 * day, to + 50 * day];
    expect(credits(pool({ bookings: 30 }, { away }))).toEqual([0, 15]);
  });

  test('and was not there before, is away once', () => {
    const members = pool({ bookings: 30 }, { since: to - 15 * day, away: [to - 20 * day, to - 10 * day] });
    expect(credits(members)).toEqual([0, 20]);
  });

  test('is credited with no more than the others have on average, however few days they were there', () => {
    const members = pool({ bookings: 5, away: [to - 29 * day, to] }, { away: [to - 30 * day, to - day] });
    expect(credits(members)).toEqual([0, 5]);
    expect(credits(pool({ bookings: 4, away: [to - 30 * day, to] }, { away: [to - 30 * day, to] }))).toEqual([0, 4]);
  });

  test('together with all others leaves the order to the bookings', () => {
    const weekends = [to - 23 * day, to - 21 * day, to - 16 * day, to - 14 * day, to - 9 * day, to - 7 * day];
    const members = pool({ bookings: 9, away: weekends }, { bookings: 7, away: weekends }, { bookings: 8, away: weekends }); // biome-ignore format: one pool
    expect(order(members)).toEqual([1, 2, 0]);
  });
});

describe('whom a group takes', () => {
  test('are the first of its order, as many as it requires', () => {
    const ranked = leastBooked(pool({ bookings: 2 }, { bookings: 1 }, { bookings: 3 }), window)([0, 1, 2], to);
    expect(preferred(ranked, 1)).toEqual([1]);
    expect(preferred(ranked, 2)).toEqual([1, 0]);
    expect(preferred(ranked, 3)).toEqual([1, 0, 2]);
  });

  test('ORDERED: as listed, with nothing counted', () => {
    expect(ordered([4, 1, 2], to)).toEqual([
      { place: 4, bookings: null, score: null },
      { place: 1, bookings: null, score: null },
      { place: 2, bookings: null, score: null },
    ]);
    expect(preferred(ordered([4, 1, 2], to), 2)).toEqual([4, 1]);
  });
});
