/** What scopes mean, in words for the user who grants them. */
import type { Scope } from '../../domain/actor.ts';

const texts: Readonly<Record<Scope, string>> = {
  read_account: 'See your name, your e-mail address and your time zone',
  list_calendars: 'See which calendars you have',
  read_events: 'Read your events: what they are about, where, when and with whom',
  read_free_busy: 'See when you are free and when you are busy',
  create_event: 'Add events of its own to your calendars, and change them',
  delete_event: 'Delete events that it added',
  create_calendar: 'Add calendars',
  change_participation_status: 'Answer invitations for you',
};

/** In the order in which people read them: what is seen, then what is changed. Seeing events includes seeing when one is busy. */
export function scopeTexts(scopes: readonly Scope[]): readonly string[] {
  const asked = new Set(scopes);
  if (asked.has('read_events')) asked.delete('read_free_busy');
  return (Object.keys(texts) as Scope[]).filter((scope) => asked.has(scope)).map((scope) => texts[scope]);
}
