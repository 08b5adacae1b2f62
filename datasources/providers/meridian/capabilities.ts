/** What the calendars that Meridian itself keeps can carry (semantics F5): everything but people. */
import type { ConnectorCapabilities } from '../connector.ts';

export const applicationCalendarCapabilities: ConnectorCapabilities = {
  attendees: false,
  suppressNotifications: true,
  attachments: true,
  recurrence: 'FULL',
  maxReminders: null,
  push: false,
};
