/** What subscribers ask in the benches of live delivery. */

/** As a synchroniser would ask: the event as it is now with every change. */
export const changesDocument = `subscription Live($after: String, $filter: ChangeFilter) {
  changes(after: $after, filter: $filter) {
    cursor caughtUp
    changes {
      kind at accountId subjectId own
      subject {
        __typename
        ... on CalendarEvent {
          id uid summary description status busyStatus allDay deleted version
          start { dateTime local timeZone } end { dateTime local timeZone }
          location { description } organizer { email } attendees { email status }
          calendar { id name timeZone }
        }
      }
    }
  }
}`;

/** The least that tells a change. */
export const trivialDocument = 'subscription { changes { cursor caughtUp changes { kind at accountId subjectId } } }';

/** What it is asked of: nothing but graphql-js's default resolvers. */
export const trivialSchema = `
  type Query { ok: Boolean }
  type Subscription { changes: Batch! }
  type Batch { cursor: String! caughtUp: Boolean! changes: [Change!]! }
  type Change { kind: String! at: String! accountId: ID! subjectId: ID! }
`;
