/** VALARM to reminders: minutes before the start (RFC 5545 §3.6.6, RFC 9074). */
import type { EventTime } from '../model.ts';
import type { Clock } from './clock.ts';
import type { Component } from './components.ts';
import { parameterOf, parseProperty } from './property.ts';
import { parseDuration, parseTime } from './values.ts';

export interface Alarm {
  /** Minutes before the start; null where it is no reminder that the model has: off, snoozed, after the start. */
  readonly minutes: number | null;
  /** Whether its trigger counts from the start, so that it moves with it and not with the end or the clock. */
  readonly fromStart: boolean;
}

export function readAlarm(component: Component, start: EventTime, end: EventTime, clock: Clock): Alarm {
  const none: Alarm = { minutes: null, fromStart: true };
  const line = component.lines.find((candidate) => candidate.name === 'TRIGGER');
  const trigger = line === undefined ? null : parseProperty(line.text);
  if (trigger === null) return none;
  const text = (name: string) => component.lines.find((candidate) => candidate.name === name)?.text.toUpperCase() ?? '';
  // Apple's "no default alarm", and the snoozes of Apple and of RFC 9074, are not reminders of the event.
  if (/:\s*NONE\s*$/.test(text('ACTION')) || /RELTYPE=SNOOZE/.test(text('RELATED-TO'))) return none;
  const span = parseDuration(trigger.value);
  if (span !== null) {
    const related = parameterOf(trigger, 'RELATED')?.toUpperCase() === 'END';
    const seconds = span.sign * (span.days * 86_400 + span.seconds);
    const shift = related ? (clock.instant(end) - clock.instant(start)) / 1000 : 0;
    return { minutes: before(-(seconds + shift)), fromStart: !related };
  }
  const time = parseTime(trigger.value);
  if (time === null || time.kind === 'date') return none;
  const at = time.kind === 'utc' ? time.instant : clock.instant({ kind: 'floating', local: time.local });
  return { minutes: before((clock.instant(start) - at) / 1000), fromStart: false };
}

function before(seconds: number): number | null {
  const minutes = Math.round(seconds / 60);
  return minutes < 0 || minutes > 10_000_000 ? null : minutes === 0 ? 0 : minutes;
}

export function alarmsOf(component: Component): Component[] {
  return component.components.filter((part) => part.name === 'VALARM');
}
