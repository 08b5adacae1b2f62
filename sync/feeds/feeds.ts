/** Feeds: a calendar at an address that nobody can guess, for programs that only subscribe. */
import { createHash, randomBytes } from 'node:crypto';
import type { KeyRing } from '../../datasources/secrets/key-ring.ts';
import { hashToken } from '../../datasources/secrets/tokens.ts';
import { audit } from '../../datasources/store/audit.ts';
import { findCalendars } from '../../datasources/store/calendars.ts';
import {
  type FeedRow,
  type FeedSecret,
  type FeedState,
  feedPage,
  feedState,
  feedZones,
  findFeed,
  putFeed,
  recordFeedContent,
  removeFeed,
} from '../../datasources/store/feeds.ts';
import { type QueryCounter, type Store, type Tenant, tenantOf } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import { feedEnd, feedEvents, feedHeader } from '../../domain/events/icalendar/feed.ts';
import { writeTimeZone } from '../../domain/events/icalendar/vtimezone.ts';
import type { Instant } from '../../domain/events/model.ts';
import { grantRefusal, namesGranting } from '../../domain/grants.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';

export interface FeedDependencies {
  readonly store: Store;
  readonly keyRing: KeyRing;
  readonly zones: ZoneData;
  readonly clock: () => Instant;
  /** What feeds' addresses begin with; asked each time, because a port may be known only once the service listens. */
  readonly publicUrl: () => URL;
}

export interface SetFeed {
  readonly calendarId: string;
  readonly enabled: boolean;
  readonly rotate?: boolean | null;
}

export interface Feed {
  /** Another one whenever the content is. */
  readonly etag: string;
  /** Since when the content is what it is; a whole second. */
  readonly modifiedAt: Instant;
  readonly name: string;
  /** The document in parts, read as they are taken: a large calendar is never in memory as a whole. */
  document(): AsyncGenerator<string>;
}

export interface Feeds {
  /** Turns this application's feed of a calendar on or off; `rotate` gives it another address. Turned on twice, it keeps its address. */
  set(
    actor: Actor,
    input: SetFeed,
    counter: QueryCounter,
  ): Promise<{ readonly calendarId: string | null; readonly userErrors: readonly UserError[] }>;
  /** The address of a feed, for the application that turned it on. */
  address(applicationId: string, feed: FeedSecret): string;
  /** What is at a secret; null for one that is none, or none any more. Costs one statement then, and none for what cannot be one. */
  open(secret: string): Promise<Feed | null>;
}

/** 32 random bytes in base64url. */
const secretShape = /^[A-Za-z0-9_-]{43}$/;
/** A part is some tens of milliseconds of work: others are answered in between. */
const pageRows = 200;
/** Raised when the same events are written differently: what subscribers hold is another content then. */
const format = 1;

export function feeds(dependencies: FeedDependencies): Feeds {
  const { store, keyRing, publicUrl } = dependencies;
  return {
    async set(actor, { calendarId, enabled, rotate }, counter) {
      const tenant = tenantOf(actor);
      const { applicationId } = actor;
      const [calendar] = await store.withApplication(tenant, (tx) => findCalendars(tx, tenant, [calendarId]), counter);
      if (calendar === undefined || calendar.deleted) return { calendarId: null, userErrors: [unknownCalendar] };
      // Taking an address away shows nothing to anybody.
      const refusal = enabled ? grantRefusal(actor, calendar.grantScopes, 'read_events', ['calendarId']) : null;
      if (refusal !== null) return { calendarId: null, userErrors: [refusal] };
      const { accountId, profileId } = calendar;
      const place = { applicationId, accountId, profileId, calendarId };
      const secret = randomBytes(32).toString('base64url');
      const sealed = { secretHash: hashToken(secret), secret: keyRing.seal(secret, identityOf(place)) };
      // As the worker, which alone may write the audit log.
      const done = await store.asWorker(async (tx) => {
        const change = enabled
          ? await putFeed(tx, { ...place, ...sealed }, rotate === true)
          : (await removeFeed(tx, applicationId, calendarId))
            ? 'off'
            : null;
        if (change !== null && change !== 'gone') {
          await audit(tx, {
            action: `feed.${change}`,
            actor: `application:${actor.clientId}`,
            unitId: actor.unitId,
            applicationId,
            subjectId: calendarId,
          });
        }
        return change;
      }, counter);
      if (done === 'gone') return { calendarId: null, userErrors: [unknownCalendar] };
      return { calendarId, userErrors: [] };
    },
    address(applicationId, { calendarId, secret }) {
      const opened = keyRing.open(secret, identityOf({ applicationId, calendarId }));
      return new URL(`/feeds/${opened}.ics`, publicUrl()).href;
    },
    async open(secret) {
      if (!secretShape.test(secret)) return null;
      const feed = await store.asWorker((tx) => findFeed(tx, hashToken(secret), readEvents));
      return feed === null ? null : shown(dependencies, feed);
    },
  };
}

/** What an account must still grant for its feeds to be answered: one of these names. */
const readEvents = namesGranting(['read_events']);

const unknownCalendar: UserError = {
  path: ['calendarId'],
  code: 'NOT_FOUND',
  message: 'Expected a calendar that this credential may see, got an unknown id',
};

function identityOf(feed: { readonly applicationId: string; readonly calendarId: string }): string {
  return `ics_feed:${feed.applicationId}:${feed.calendarId}:secret`;
}

async function shown(dependencies: FeedDependencies, feed: FeedRow): Promise<Feed> {
  const { store, zones } = dependencies;
  const tenant: Tenant = { applicationId: feed.applicationId, accountId: null };
  const state = await store.withApplication(tenant, (tx) => feedState(tx, feed.calendarId));
  const calendar = { name: feed.name, color: feed.color, timeZone: feed.timeZone };
  const content = JSON.stringify([format, calendar, zones.version, state.fingerprint]);
  // Weak: an event that changes while the document is sent is in it or not (RFC 9110 §8.8.1).
  const etag = `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`;
  let { modifiedAt } = feed;
  if (feed.etag !== etag) {
    modifiedAt = (await store.asWorker((tx) => recordFeedContent(tx, feed, etag))) ?? modifiedAt;
  }
  return {
    etag,
    modifiedAt: Math.floor(modifiedAt / 1000) * 1000,
    name: feed.name,
    document: () => document(dependencies, tenant, feed, state),
  };
}

async function* document(
  { store, zones, clock }: FeedDependencies,
  tenant: Tenant,
  feed: FeedRow,
  state: FeedState,
): AsyncGenerator<string> {
  const { calendarId, timeZone } = feed;
  const years = yearsOf(state, clock());
  const names = await store.withApplication(tenant, (tx) => feedZones(tx, calendarId));
  let head = feedHeader(feed);
  for (const name of names) {
    const zone = zones.canonical(name);
    // UTC is written as such.
    if (zone !== null) head += writeTimeZone(zone, years.from, years.to, zones, name);
  }
  yield head;
  let after: string | null = '';
  while (after !== null) {
    const from: string = after;
    const rows = await store.withApplication(tenant, (tx) => feedPage(tx, calendarId, from, pageRows));
    let text = '';
    for (const { uid, sequence, content, exceptions, syncedAt } of rows) {
      const alive = exceptions
        .filter((exception) => exception.deletedAt === null)
        .map((exception) => ({ ...exception, modifiedAt: exception.syncedAt }));
      text += feedEvents({ uid, sequence, modifiedAt: syncedAt, master: content, exceptions: alive }, timeZone, zones);
    }
    yield text;
    after = rows.length < pageRows ? null : (rows.at(-1)?.uid ?? null);
  }
  yield feedEnd;
}

/** The years that the zones' definitions have to hold for; what still holds at the end is left open. */
function yearsOf(state: FeedState, now: Instant): { readonly from: number; readonly to: number } {
  const year = (at: Instant) => new Date(at).getUTCFullYear();
  const from = Math.max(1900, Math.min(year(state.firstStart ?? now), year(now)));
  return { from, to: Math.min(2100, Math.max(year(state.lastEnd ?? now), year(now) + 1)) };
}
