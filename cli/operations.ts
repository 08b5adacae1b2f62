/** What the commands ask a service: trusted by every service of this version, also where it trusts nothing but manifests. */

const profileFields = `id name provider initialSyncRequired health { status cause remedy } account { id }
  calendars { id name readOnly }`;

export const operations = {
  /** Whether the key is one. */
  credential: '{ credential { kind } }',
  version: '{ credential { kind } meridian { version } }',
  connect: `mutation Connect($input: ConnectCalDavInput!) {
    connectCalDav(input: $input) { profile { ${profileFields} } userErrors { path code message } }
  }`,
  profile: `query Profile($id: ID!) { profile(id: $id) { ${profileFields} } }`,
  nextEvents: `query Next($id: ID!, $from: DateTime!) {
    account(id: $id) {
      events(filter: { from: $from }, first: 5) {
        nodes { id summary start { dateTime date local timeZone } end { dateTime date local timeZone } calendar { name } }
      }
    }
  }`,
  applicationCalendar: `mutation Calendar($input: UpsertApplicationCalendarInput!) {
    upsertApplicationCalendar(input: $input) { calendar { id } userErrors { path code message } }
  }`,
  profiles: `query Profiles($after: String) {
    profiles(first: 100, after: $after) {
      nodes { id name provider initialSyncRequired health { status cause remedy since lastSyncedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }`,
} as const;
