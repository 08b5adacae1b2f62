/** Whose the calendars are that others share with the login (RFC 3744 §5.1), and whether it may invite and answer for them. */
import { propfind } from 'tsdav';
import { ProviderError } from '../connector.ts';
import { addressesOf } from './discovery.ts';
import type { Exchange } from './exchange.ts';
import { collectionUrl, resolveHref } from './hrefs.ts';
import { caldav, dav, type MultistatusResponse, property, propertyHrefs } from './multistatus.ts';

/** Milliseconds for which an owner is not asked about again. */
const rememberedFor = 86_400_000;
const remembered = 10_000;
/** Owners asked about in one listing, at most: the others are asked about in the next ones. */
const askedAtOnce = 20;

export interface CalendarOwner {
  /** calendar-user-address-set (RFC 6638 §2.4.1), lower case; empty where the login may not know it. */
  readonly addresses: readonly string[];
  /** Whether the login may send in the owner's name (RFC 6638 §6.2). */
  readonly mayBeSentFor: boolean;
}

const unknown: CalendarOwner = { addresses: [], mayBeSentFor: false };

/** Asks about an owner once a day; a home has few of them. */
export class CalendarOwners {
  readonly #known = new Map<string, { readonly owner: CalendarOwner; readonly until: number }>();

  /**
   * The owners of the calendars of one home, by their URLs.
   *
   * @throws ProviderError when the server does not answer at all
   */
  async find(
    exchange: Exchange,
    homeUrl: string,
    ownerUrls: Iterable<string>,
  ): Promise<ReadonlyMap<string, CalendarOwner>> {
    const found = new Map<string, CalendarOwner>();
    let asked = 0;
    for (const ownerUrl of new Set(ownerUrls)) {
      const known = this.#recall(exchange, ownerUrl);
      // A password goes to its own host only; a home of thousands of owners is not believed at once.
      const answerable = resolveHref(ownerUrl, homeUrl) !== null && asked < askedAtOnce;
      if (known === null && answerable) asked += 1;
      found.set(ownerUrl, known ?? (answerable ? await this.#ask(exchange, ownerUrl) : unknown));
    }
    return found;
  }

  #recall(exchange: Exchange, ownerUrl: string): CalendarOwner | null {
    const known = this.#known.get(keyOf(exchange, ownerUrl));
    return known !== undefined && known.until > exchange.now ? known.owner : null;
  }

  async #ask(exchange: Exchange, ownerUrl: string): Promise<CalendarOwner> {
    const key = keyOf(exchange, ownerUrl);
    const owner = await ask(exchange, ownerUrl);
    this.#known.delete(key);
    this.#known.set(key, { owner, until: exchange.now + rememberedFor });
    const oldest = this.#known.keys().next();
    if (this.#known.size > remembered && oldest.done === false) this.#known.delete(oldest.value);
    return owner;
  }
}

/** What one login may read of a principal, another one may not. */
function keyOf(exchange: Exchange, ownerUrl: string): string {
  return `${exchange.session.profileId} ${ownerUrl}`;
}

async function ask(exchange: Exchange, ownerUrl: string): Promise<CalendarOwner> {
  const principal = await look(exchange, ownerUrl, {
    'c:calendar-user-address-set': {},
    'c:schedule-outbox-URL': {},
  });
  if (principal === null) return unknown;
  const href = propertyHrefs(principal, caldav, 'schedule-outbox-URL')[0];
  const outbox = href === undefined ? null : resolveHref(href, ownerUrl);
  const mayBeSentFor = outbox !== null && (await maySend(exchange, collectionUrl(outbox), ownerUrl));
  return { addresses: addressesOf(principal), mayBeSentFor };
}

/** Cyrus names the asker's own outbox as everybody's: it counts only where it is the owner's. */
async function maySend(exchange: Exchange, outbox: string, ownerUrl: string): Promise<boolean> {
  const found = await look(exchange, outbox, { 'd:owner': {}, 'd:current-user-privilege-set': {} });
  const owner = found === null ? undefined : propertyHrefs(found, dav, 'owner')[0];
  if (found === null || owner === undefined) return false;
  const named = resolveHref(owner, outbox);
  if (named === null || !isSamePrincipal(named.href, ownerUrl)) return false;
  const rights = property(found, dav, 'current-user-privilege-set')?.children.flatMap(({ children }) => children) ?? [];
  return rights.some(
    ({ namespace, name }) =>
      (namespace === caldav && name === 'schedule-send') || (namespace === dav && name === 'all'),
  );
}

/** Null where the login may not look. */
async function look(
  exchange: Exchange,
  url: string,
  props: Record<string, object>,
): Promise<MultistatusResponse | null> {
  try {
    const answer = await exchange.askMultistatus((fetch) => propfind({ url, props, depth: '0', fetch }));
    return answer.responses[0] ?? null;
  } catch (error) {
    const passes = ['UNREACHABLE', 'THROTTLED', 'CREDENTIALS_REJECTED'];
    if (!(error instanceof ProviderError) || passes.includes(error.code)) throw error;
    return null;
  }
}

/** One principal may be known under several hosts of its provider (iCloud). */
export function isSamePrincipal(url: string, other: string): boolean {
  return new URL(url).pathname.replace(/\/+$/, '') === new URL(other).pathname.replace(/\/+$/, '');
}
