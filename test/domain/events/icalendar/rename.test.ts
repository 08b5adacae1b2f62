import { expect, test } from '@jest/globals';
import { withUid } from '../../../../domain/events/icalendar/rename.ts';

const text = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n`;

test('every component of the event has the other uid, and no marker; alarms keep theirs, all else stays', () => {
  const raw = text(
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    'UID:one\\, two',
    'X-MERIDIAN-REF:sealed',
    'X-OTHER;A="b:c":kept',
    'BEGIN:VALARM',
    'UID:alarm',
    'END:VALARM',
    'END:VEVENT',
    'BEGIN:VEVENT',
    'uid:one',
    ' \\, two',
    'END:VEVENT',
    'END:VCALENDAR',
  );
  expect(withUid(raw, 'one, two', 'three; four')).toBe(
    text(
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
      'UID:three\\; four',
      'X-OTHER;A="b:c":kept',
      'BEGIN:VALARM',
      'UID:alarm',
      'END:VALARM',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:three\\; four',
      'END:VEVENT',
      'END:VCALENDAR',
    ),
  );
});

test('long lines are folded again, and an empty text stays empty', () => {
  const long = `DESCRIPTION:${'x'.repeat(200)}`;
  const lines = withUid(text('BEGIN:VEVENT', long, 'END:VEVENT'), 'a', 'b').split('\r\n');
  expect(lines.every((line) => line.length <= 75)).toBe(true);
  expect(lines.join('').replaceAll(' ', '')).toContain(long);
  expect(withUid('', 'a', 'b')).toBe('');
});

test('a line that no store would have kept stays behind', () => {
  const long = `X-LONG:${'x'.repeat(16 * 1024 * 1024 - 7)}`;
  expect(withUid(`UID:a\r\n${long}\r\nX-B:1\r\n`, 'a', 'b').length).toBeGreaterThan(long.length);
  expect(withUid(`UID:a\r\n${long}x\r\nX-B:1\r\n`, 'a', 'b')).toBe('UID:b\r\nX-B:1\r\n');
});
