/**
 * What each argument and input field of the schema takes, as far as it could name something of somebody's. The matrix fails for
 * one that is not here: whoever adds an argument says what of another tenant could be put into it.
 */

/** What a tenant has that can be named. */
export type Named =
  | 'account'
  | 'profile'
  | 'calendar'
  | 'event'
  | 'operation'
  | 'rule'
  | 'period'
  | 'hold'
  | 'attachment'
  | 'node'
  | 'key'
  | 'applicationKey'
  | 'uid'
  | 'idempotencyKey'
  | 'accountToken'
  | 'slotToken'
  | 'text'
  | 'changeCursor'
  | 'listCursor';

export type Taken =
  /** Names something. Where another field is tried, it is the asker's own if it has to be given. */
  | { readonly names: Named }
  /** Names nothing of anybody's: given this where it has to be given. */
  | { readonly plain: unknown }
  /** Given wherever it can be. */
  | { readonly always: unknown };

const names = (named: Named): Taken => ({ names: named });
const plain = (value: unknown): Taken => ({ plain: value });

const instant = '2026-03-02T10:00:00Z';
const later = '2026-03-02T11:00:00Z';

/** `Type.field(argument)` and `Input.field`. */
export const taken: Readonly<Record<string, Taken>> = {
  'Query.account(id)': names('account'),
  'Query.accounts(after)': names('listCursor'),
  'Query.accounts(query)': names('text'),
  'Query.profiles(after)': names('listCursor'),
  'Query.accountsById(ids)': names('account'),
  'Query.profile(id)': names('profile'),
  'Query.hold(id)': names('hold'),
  'Query.availabilityRule(id)': names('rule'),
  'Query.calendar(id)': names('calendar'),
  'Query.changes(after)': names('changeCursor'),
  'Query.node(id)': names('node'),
  'Query.nodes(ids)': names('node'),
  'Query.operations(accountIds)': names('account'),
  'Query.operations(after)': names('listCursor'),
  'Query.operation(id)': names('operation'),
  'Subscription.changes(after)': names('changeCursor'),
  'Subscription.operation(id)': names('operation'),
  'CalendarAccount.events(after)': names('listCursor'),
  'CalendarAccount.freeBusy(after)': names('listCursor'),
  'CalendarAccount.availablePeriods(after)': names('listCursor'),
  'Calendar.events(after)': names('listCursor'),
  'CalendarEvent.occurrences(after)': names('listCursor'),
  'CalendarEvent.occurrences(from)': plain(instant),
  'CalendarEvent.occurrences(to)': plain(later),
  'CalendarApplication.usage(month)': plain('2026-03-01'),
  'OrganizationalUnit.usage(month)': plain('2026-03-01'),

  'ChangeFilter.accountIds': names('account'),
  'ChangeFilter.calendarIds': names('calendar'),
  'EventFilter.calendarIds': names('calendar'),
  'EventFilter.timeZone': plain('Europe/London'),
  'FreeBusyFilter.calendarIds': names('calendar'),
  'FreeBusyFilter.timeZone': plain('Europe/London'),
  'FreeBusyFilter.from': plain(instant),
  'FreeBusyFilter.to': plain(later),
  'EventRef.id': names('event'),
  'ManagedEventRef.calendarId': names('calendar'),
  'ManagedEventRef.key': names('key'),
  'ExternalEventRef.calendarId': names('calendar'),
  'ExternalEventRef.uid': names('uid'),

  'UpsertApplicationCalendarInput.key': names('applicationKey'),
  'UpsertApplicationCalendarInput.name': plain('Name'),
  'UpsertApplicationCalendarInput.timeZone': plain('Europe/London'),
  'ConnectCalDavInput.serverUrl': plain('http://127.0.0.1:1/'),
  'ConnectCalDavInput.username': plain('nobody'),
  'ConnectCalDavInput.password': plain('wrong'),
  'ConnectCalDavInput.accountId': names('account'),
  'AuthorizationRef.accountId': names('account'),
  'AuthorizationRef.token': names('accountToken'),
  'RevokeProfileInput.profileId': names('profile'),
  'UnlinkProfileInput.profileId': names('profile'),
  'CreateElementTokenInput.origin': plain('https://app.example.com'),
  'CreateElementTokenInput.accountIds': names('account'),
  'CreateElementTokenInput.permissions': plain(['AGENDA']),
  'CreateLinkTokenInput.accountId': names('account'),
  'VerifyApplicationInput.redirectUris': plain(['https://app.example.com/back']),

  'AvailabilityInput.timeZone': plain('Europe/London'),
  'AvailabilityInput.excludedEventIds': names('event'),
  'MemberInput.accountId': names('account'),
  'MemberInput.calendarIds': names('calendar'),
  'MemberInput.availabilityRuleIds': names('rule'),
  'BookingLimitInput.timeZone': plain('Europe/London'),
  'BookingLimitInput.categories': plain(['category']),
  'DistributionInput.categories': plain(['category']),
  'DistributionInput.seed': plain('seed'),
  'SequencedAvailabilityInput.timeZone': plain('Europe/London'),
  'SequencedAvailabilityInput.excludedEventIds': names('event'),
  'SequenceStepInput.key': plain('step'),
  'UpsertAvailabilityRuleInput.accountId': names('account'),
  'UpsertAvailabilityRuleInput.key': names('key'),
  'UpsertAvailabilityRuleInput.timeZone': plain('Europe/London'),
  'UpsertAvailabilityRuleInput.calendarIds': names('calendar'),
  'UpsertAvailabilityRuleInput.weeklyPeriods': plain([{ day: 'MONDAY', start: '09:00', end: '17:00' }]),
  'DeleteAvailabilityRuleInput.id': names('rule'),
  'UpsertAvailablePeriodInput.accountId': names('account'),
  'UpsertAvailablePeriodInput.key': names('key'),
  'UpsertAvailablePeriodInput.start': plain(instant),
  'UpsertAvailablePeriodInput.end': plain(later),
  'DeleteAvailablePeriodInput.id': names('period'),
  'CreateHoldInput.idempotencyKey': names('idempotencyKey'),
  'HoldSlotInput.slotToken': names('slotToken'),
  'HoldSlotInput.accountIds': names('account'),
  'HoldSlotInput.recurrence': plain(['RRULE:FREQ=DAILY']),
  'HoldSlotInput.timeZone': plain('Europe/London'),
  'ReleaseHoldInput.holdId': names('hold'),
  'ConfirmHoldInput.holdId': names('hold'),

  'CreateCalendarInput.idempotencyKey': names('idempotencyKey'),
  'CreateCalendarInput.profileId': names('profile'),
  'CreateCalendarInput.name': plain('Another'),
  'CreateCalendarInput.color': plain('#336699'),
  'CreateCalendarInput.timeZone': plain('Europe/London'),
  'SyncCalendarInput.calendarId': names('calendar'),
  'DeleteCalendarInput.calendarId': names('calendar'),
  'RequestCalendarPermissionInput.calendarIds': names('calendar'),
  'RequestCalendarPermissionInput.redirectUri': plain('http://localhost/back'),
  'SetIcsFeedInput.calendarId': names('calendar'),
  'SetIcsFeedInput.enabled': plain(true),
  'ImportIcsInput.calendarId': names('calendar'),
  'ImportIcsInput.ics': plain('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'),

  'EventTimeInput.timed': plain({ dateTime: instant, timeZone: 'Europe/London' }),
  'UpsertEventInput.calendarId': names('calendar'),
  'UpsertEventInput.key': names('key'),
  'UpsertEventInput.summary': plain('Ours'),
  'UpsertEventInput.description': plain('Ours'),
  'UpsertEventInput.url': plain('https://example.com/'),
  'UpsertEventInput.color': plain('#336699'),
  'UpsertEventInput.categories': plain(['category']),
  'UpsertEventInput.attachmentIds': names('attachment'),
  'UpsertEventInput.metadata': plain({}),
  'UpsertEventInput.recurrence': plain(['RRULE:FREQ=DAILY']),
  'UpsertEventInput.start': { always: { timed: { dateTime: instant, timeZone: 'Europe/London' } } },
  'UpsertEventInput.end': { always: { timed: { dateTime: later, timeZone: 'Europe/London' } } },
  'LocationInput.description': plain('Here'),
  'AttendeesInput.remove': plain(['bob@example.com']),
  'InviteeInput.email': plain('bob@example.com'),
  'InviteeInput.name': plain('Bob'),
  'TriggerInput.key': plain('trigger'),
  'ConferencingInput.profileId': names('profile'),
  'ExplicitConferencingInput.joinUrl': plain('https://example.com/join'),
  'ExplicitConferencingInput.providerName': plain('Own'),
  'TimedInput.timeZone': plain('Europe/London'),
  'DeleteManagedEventInput.calendarId': names('calendar'),
  'DeleteManagedEventInput.key': names('key'),
  'UpdateEventInput.id': names('event'),
  'UpdateEventInput.summary': plain('Ours'),
  'UpdateEventInput.description': plain('Ours'),
  'UpdateEventInput.url': plain('https://example.com/'),
  'UpdateEventInput.color': plain('#336699'),
  'UpdateEventInput.categories': plain(['category']),
  'UpdateEventInput.attachmentIds': names('attachment'),
  'UpdateEventInput.metadata': plain({}),
  'UpdateEventInput.recurrence': plain(['RRULE:FREQ=DAILY']),
  'UpdateEventInput.followingKey': names('key'),
  'DeleteEventInput.id': names('event'),
  'DeleteManagedEventsInput.allOfAccountId': names('account'),
  'DeleteManagedEventsInput.calendarIds': names('calendar'),
  'SetParticipationStatusInput.id': names('event'),
  'SetParticipationStatusInput.status': plain('ACCEPTED'),
  'SetParticipationStatusInput.comment': plain('Yes'),
  // A count of the event's own changes: it names nothing without the event.
  'WriteControl.ifVersion': plain('1'),
  'WriteControl.idempotencyKey': names('idempotencyKey'),
  // What is tried with the asker's own things leaves them as they are.
  'WriteControl.dryRun': { always: true },
};

/** Types that can name something; of others an argument is filled by its type where it has to be given. */
export const naming: ReadonlySet<string> = new Set([
  'ID',
  'String',
  'URL',
  'EmailAddress',
  'JSONObject',
  'HexColor',
  'TimeZone',
]);

export const byType: Readonly<Record<string, unknown>> = {
  Boolean: true,
  Int: 1,
  Float: 1,
  DateTime: instant,
  Date: '2026-03-02',
  LocalTime: '10:00',
  Duration: 'PT30M',
};

/** Type of an object → which of the asker's own things is one, so that the arguments of its fields can be tried. */
export const reachedBy: Readonly<Record<string, 'account' | 'calendar' | 'event'>> = {
  CalendarAccount: 'account',
  Calendar: 'calendar',
  CalendarEvent: 'event',
};
