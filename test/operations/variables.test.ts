/** What the operations are asked with holds at every hour of the year: the event that is written lies in the week that is read. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { variablesOf } from '../../operations/variables.ts';

test('the week is one from Monday to Monday and has the event in it, and times are looked for behind the event', () => {
  const now = fc.date({
    min: new Date('2025-12-20T00:00:00Z'),
    max: new Date('2027-01-10T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(now, (moment) => {
      const world = { timeZone: 'Etc/UTC', calendarId: '', accountId: '', slotToken: '', occurrence: null };
      const { WriteAnEvent: event, EventsThisWeek: week, FindTimes: times } = variablesOf({ ...world, now: moment });
      const [from, to] = [new Date(week.from), new Date(week.to)];
      expect([from.getDay(), from.getHours(), to.getDay(), to.getHours()]).toEqual([1, 0, 1, 0]);
      expect(Math.round((to.getTime() - from.getTime()) / 86_400_000)).toBe(7);
      expect(event.start >= week.from && event.start < week.to).toBe(true);
      expect(new Date(event.start).getTime()).toBeGreaterThan(moment.getTime());
      expect(times.from).toBe(event.end);
    }),
    { seed: 9, numRuns: 2_000 },
  );
});
