import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scheduledBy } from '../../../../domain/events/icalendar/schedule-agent.ts';

const event = (...lines: readonly string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT', ''].join('\r\n');

describe('who tells an event’s people of its changes', () => {
  test('the server, where nothing else is said', () => {
    const server = { organizer: 'SERVER', attendees: 'SERVER' };
    expect(scheduledBy('')).toEqual(server);
    expect(scheduledBy(event('SUMMARY:ORGANIZER;SCHEDULE-AGENT=NONE:x'))).toEqual(server);
    expect(scheduledBy(event('ORGANIZER:mailto:a@x', 'ATTENDEE;SCHEDULE-AGENT=SERVER:mailto:b@x'))).toEqual(server);
    expect(scheduledBy(event('ORGANIZER;SCHEDULE-AGENT'))).toEqual(server);
  });

  test('nobody, where everybody is left to the client or to none, also folded and in any case', () => {
    expect(
      scheduledBy(
        event(
          'organizer;schedule-agent=none:mailto:a@x',
          'ATTENDEE;SCHEDULE-\r\n AGENT=CLIENT:mailto:b@x',
          'ATTENDEE;CN="a;SCHEDULE-AGENT=SERVER";SCHEDULE-AGENT=NONE:mailto:c@x',
        ),
      ),
    ).toEqual({ organizer: 'NONE', attendees: 'NONE' });
  });

  test('the server again, as soon as one attendee is its', () => {
    const some = [
      'ATTENDEE;SCHEDULE-AGENT=NONE:mailto:b@x',
      'ATTENDEE:mailto:c@x',
      'ATTENDEE;SCHEDULE-AGENT=NONE:mailto:d@x',
    ];
    expect(scheduledBy(event(...some))).toEqual({ organizer: 'SERVER', attendees: 'SERVER' });
  });

  test('of any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        expect(['SERVER', 'NONE']).toContain(scheduledBy(`ATTENDEE${text}`).attendees);
      }),
      { seed: 6638, numRuns: 500 },
    );
  });
});
