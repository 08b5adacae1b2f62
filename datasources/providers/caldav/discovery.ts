/** From any URL of a server to the user's principal and calendar home (RFC 6764, RFC 5397, RFC 4791 §6.2.1). */
import { davRequest, propfind } from 'tsdav';
import { shown } from '../../http/failures.ts';
import { mayReceive } from '../../http/outgoing-fetch.ts';
import { ProviderError, type RemotePrincipal } from '../connector.ts';
import type { Exchange, ExchangeLimits } from './exchange.ts';
import { isAboutTheServer } from './failures.ts';
import { collectionUrl } from './hrefs.ts';
import { caldav, dav, type MultistatusResponse, property, propertyHrefs, propertyText } from './multistatus.ts';

const properties = {
  'd:current-user-principal': {},
  'd:resourcetype': {},
  'd:displayname': {},
  'c:calendar-home-set': {},
  'c:calendar-user-address-set': {},
  'c:schedule-outbox-URL': {},
};

/** Discovery's answers are small: a megabyte is a hostile one. */
const maximumBytes = 1024 * 1024;

interface Found {
  readonly url: string;
  readonly response: MultistatusResponse;
}

/**
 * @throws ProviderError that says what was tried: CREDENTIALS_REJECTED when the server wanted others, UNREACHABLE when there
 * is none or it does not answer in time, MALFORMED_ANSWER or NOT_FOUND when it is no CalDAV server
 */
export async function discover(exchange: Exchange, limits: ExchangeLimits): Promise<RemotePrincipal> {
  const bounded = { ...limits, maximumBytes };
  const tried: { readonly url: string; readonly error: ProviderError }[] = [];
  let calendar: string | null = null;
  for (const candidate of candidates(exchange.serverUrl)) {
    try {
      const found = await look(exchange, candidate, bounded);
      const principal = await principalOf(exchange, found, bounded);
      if (principal !== null) return principal;
      if (property(found.response, dav, 'resourcetype')?.children.some((type) => type.name === 'calendar')) {
        calendar ??= collectionUrl(new URL(found.url));
      }
      tried.push({ url: candidate, error: new ProviderError('NOT_FOUND', 'names no calendar home') });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      tried.push({ url: candidate, error });
      // Asking again would only lock the account, or wait as long once more.
      if (error.code === 'CREDENTIALS_REJECTED' || error.code === 'THROTTLED' || isAboutTheServer(error)) break;
    }
  }
  // A server of calendars alone, without principals: the calendar that was named is all there is.
  if (calendar !== null) {
    return { principalUrl: calendar, homeUrl: calendar, addresses: [], displayName: null, schedules: false };
  }
  throw summary(tried);
}

/** What the user gave, then the well-known place (RFC 6764 §5), then the root. */
function candidates(given: URL): readonly string[] {
  const start = new URL(given.href);
  start.hash = '';
  return [...new Set([start.href, new URL('/.well-known/caldav', given).href, new URL('/', given).href])];
}

async function look(exchange: Exchange, url: string, limits: ExchangeLimits): Promise<Found> {
  const answer = await exchange.askMultistatus(
    (fetch) => propfind({ url, props: properties, depth: '0', fetch }),
    limits,
  );
  const response = answer.responses[0];
  if (response === undefined) {
    throw new ProviderError('MALFORMED_ANSWER', `${shown(url)} answered an empty multistatus`, { status: 207 });
  }
  return { url: answer.url, response };
}

async function principalOf(exchange: Exchange, found: Found, limits: ExchangeLimits): Promise<RemotePrincipal | null> {
  const current = propertyHrefs(found.response, dav, 'current-user-principal')[0];
  const principalUrl = current === undefined ? found.url : discovered(current, found.url, exchange);
  if (property(found.response, dav, 'current-user-principal')?.children.some((one) => one.name === 'unauthenticated')) {
    throw new ProviderError('CREDENTIALS_REJECTED', `${shown(found.url)} does not know who asks`);
  }
  const principal =
    principalUrl === collectionUrl(new URL(found.url)) || principalUrl === found.url
      ? found
      : await look(exchange, principalUrl, limits);
  const home = propertyHrefs(principal.response, caldav, 'calendar-home-set')[0];
  if (home === undefined) return null;
  const homeUrl = collectionUrl(new URL(discovered(home, principal.url, exchange)));
  const hasOutbox = propertyHrefs(principal.response, caldav, 'schedule-outbox-URL').length > 0;
  return {
    principalUrl: collectionUrl(new URL(principal.url)),
    homeUrl,
    addresses: addressesOf(principal.response),
    displayName: propertyText(principal.response, dav, 'displayname'),
    schedules: hasOutbox && (await autoSchedules(exchange, homeUrl, limits)),
  };
}

/** A principal or home may lie on another host of the provider (iCloud), but only where the credentials may go too. */
function discovered(href: string, base: string, exchange: Exchange): string {
  const url = href.length > 4096 ? null : URL.parse(href, base);
  if (url === null || (url.origin !== new URL(base).origin && !mayReceive(url, exchange.credentials))) {
    throw new ProviderError('MALFORMED_ANSWER', `${shown(base)} points to a host that the password is not for`);
  }
  return url.href;
}

/** RFC 6638 §2: said in the DAV header of an OPTIONS answer. A server that refuses to say does not. */
async function autoSchedules(exchange: Exchange, homeUrl: string, limits: ExchangeLimits): Promise<boolean> {
  try {
    const answer = await exchange.ask(
      (fetch) =>
        davRequest({
          url: homeUrl,
          init: { method: 'OPTIONS', headers: {}, body: null },
          convertIncoming: false,
          fetch,
        }),
      limits,
    );
    const features = (answer.headers.get('dav') ?? '').split(',').map((feature) => feature.trim());
    return features.includes('calendar-auto-schedule');
  } catch (error) {
    if (error instanceof ProviderError && !isAboutTheServer(error)) return false;
    throw error;
  }
}

/** calendar-user-address-set: its mail addresses, lower case, without `mailto:`. */
export function addressesOf(principal: MultistatusResponse): readonly string[] {
  const addresses = propertyHrefs(principal, caldav, 'calendar-user-address-set')
    .filter((href) => /^mailto:[^\s@]+@[^\s@]+$/i.test(href))
    .map((href) => href.slice('mailto:'.length).toLowerCase());
  return [...new Set(addresses)].slice(0, 100);
}

function summary(tried: readonly { readonly url: string; readonly error: ProviderError }[]): ProviderError {
  const gravest = ['CREDENTIALS_REJECTED', 'THROTTLED', 'UNREACHABLE', 'FORBIDDEN', 'REJECTED', 'MALFORMED_ANSWER'];
  const rank = (error: ProviderError): number =>
    (gravest.indexOf(error.code) + gravest.length + 1) % (gravest.length + 1);
  const cause = [...tried].sort((a, b) => rank(a.error) - rank(b.error))[0]?.error;
  const attempts = tried.map(({ url, error }) => `${shown(url)}: ${error.message}`).join('; ');
  return new ProviderError(cause?.code ?? 'NOT_FOUND', `no calendars were found. Tried ${attempts}`, {
    status: cause?.status ?? null,
    retryAt: cause?.retryAt ?? null,
    cause: cause?.cause,
  });
}
