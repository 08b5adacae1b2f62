/** Who tells an object's people of its changes: its server, or nobody (RFC 6638 §7.1). */
import { eachLine } from './components.ts';
import { parameterOf, parseProperty } from './property.ts';

/** SERVER is the default. CLIENT and NONE are one to us: the server sends nothing. */
export type ScheduleAgent = 'SERVER' | 'NONE';

export interface Scheduled {
  /** Whether the server answers the organizer. */
  readonly organizer: ScheduleAgent;
  /** Whether there is an attendee whom the server invites. */
  readonly attendees: ScheduleAgent;
}

/** What a provider's text says of it. An object without people is scheduled by nobody's word: SERVER. */
export function scheduledBy(raw: string): Scheduled {
  let organizer: ScheduleAgent = 'SERVER';
  let attendees: ScheduleAgent | null = null;
  eachLine(raw, raw.length, (line) => {
    if (line === null || !/^(?:ORGANIZER|ATTENDEE)[;:]/i.test(line)) return;
    const property = parseProperty(line);
    if (property === null) return;
    const agent = /^(?:NONE|CLIENT)$/i.test(parameterOf(property, 'SCHEDULE-AGENT') ?? '') ? 'NONE' : 'SERVER';
    if (property.name === 'ORGANIZER') organizer = agent;
    else if (attendees !== 'SERVER') attendees = agent;
  });
  return { organizer, attendees: attendees ?? 'SERVER' };
}
