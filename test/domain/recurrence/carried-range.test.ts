/** Where RANGE=THISANDFUTURE goes on when its own occurrence is gone. */
import { describe, expect, test } from '@jest/globals';
import type { EventException } from '../../../domain/events/model.ts';
import { carriedRange } from '../../../domain/recurrence/carried-range.ts';
import { readSeries } from '../../../domain/recurrence/series-reading.ts';
import { parseInstant } from '../../../domain/time/instants.ts';
import { exception, series, zones } from './fixtures.ts';

const weekly = (...rules: string[]) =>
  readSeries(
    series('2026-03-02T10:00:00 Europe/London', '2026-03-02T11:00:00 Europe/London', [
      'RRULE:FREQ=WEEKLY;COUNT=6',
      ...rules,
    ]),
    zones,
  );
const range = (id: string, start: string, end: string): EventException =>
  exception(id, `${start} Europe/London`, `${end} Europe/London`, { thisAndFuture: true, summary: 'Moved' });
/** From the second Monday on: an hour later, for two hours. */
const later = range('20260309T100000', '2026-03-09T11:00:00', '2026-03-09T13:00:00');
const instant = (text: string): number => parseInstant(text);

describe('carriedRange', () => {
  test('is the change at the next original start', () => {
    const found = carriedRange(weekly(), [later], instant('2026-03-09T10:00:01Z'));
    expect(found?.recurrenceId).toBe('20260316T100000');
    expect(found?.content).toMatchObject({
      summary: 'Moved',
      thisAndFuture: true,
      start: { local: '2026-03-16T11:00:00' },
      end: { local: '2026-03-16T13:00:00' },
    });
  });

  test('passes over what EXDATE excludes and what has a change of its own', () => {
    const own = exception('20260323T100000', '2026-03-23T08:00:00 Europe/London', '2026-03-23T09:00:00 Europe/London');
    const found = carriedRange(
      weekly('EXDATE;TZID=Europe/London:20260316T100000'),
      [later, own],
      instant('2026-03-09T10:00:01Z'),
    );
    expect(found?.recurrenceId).toBe('20260330T100000');
  });

  test('ends where the next such change begins, where nothing is left, and before it began', () => {
    const next = range('20260323T100000', '2026-03-23T15:00:00', '2026-03-23T16:00:00');
    const excluded = weekly('EXDATE;TZID=Europe/London:20260316T100000');
    expect(carriedRange(excluded, [later, next], instant('2026-03-09T10:00:01Z'))).toBeNull();
    expect(carriedRange(weekly(), [later], instant('2026-04-06T09:00:01Z'))).toBeNull();
    expect(carriedRange(weekly(), [later], instant('2026-03-02T10:00:00Z'))).toBeNull();
    expect(carriedRange(weekly(), [], instant('2026-03-02T10:00:00Z'))).toBeNull();
  });
});
