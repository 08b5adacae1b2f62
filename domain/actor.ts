/** Whom a credential speaks for: what every request, socket and job is checked against. */

/** The contract's scopes; a composite is expanded when the credential is made. */
export const scopes = [
  'read_account',
  'list_calendars',
  'read_events',
  'create_event',
  'delete_event',
  'create_calendar',
  'read_free_busy',
  'change_participation_status',
] as const;
export type Scope = (typeof scopes)[number];

export interface Actor {
  readonly credentialId: string;
  readonly kind: 'API_KEY' | 'ACCOUNT_TOKEN' | 'ELEMENT_TOKEN';
  readonly applicationId: string;
  /** The application's client id: what managed events at providers are bound to, whatever becomes of the database. */
  readonly clientId: string;
  readonly unitId: string;
  /** The account of an account token; null for an API key, which may act on every account that authorised its application. */
  readonly accountId: string | null;
  readonly scopes: ReadonlySet<Scope>;
  /** Milliseconds since the epoch; null where the credential does not expire. */
  readonly expiresAt: number | null;
  /** Of an element token, and of no other: what it is for. */
  readonly element?: {
    /** The one origin whose pages may send it. */
    readonly origin: string;
    /** The accounts that it is confined to; at least one. */
    readonly accountIds: readonly string[];
    /** Whose published documents it may send. */
    readonly permissions: readonly string[];
  };
}
