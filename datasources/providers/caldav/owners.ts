/** Whose the calendars are that others share with the login (RFC 3744 §5.1, RFC 6638 §2.4.1). */
import { propfind } from 'tsdav';
import { ProviderError } from '../connector.ts';
import { addressesOf } from './discovery.ts';
import type { Exchange } from './exchange.ts';

/** Milliseconds for which an owner's addresses are not asked for again. */
const rememberedFor = 86_400_000;
const remembered = 10_000;

interface Remembered {
  readonly addresses: readonly string[];
  readonly until: number;
}

/** Asks an owner's principal for its addresses once a day; a home has few of them. */
export class OwnerAddresses {
  readonly #known = new Map<string, Remembered>();

  /**
   * Lower-cased mail addresses; empty where the login may not know them.
   *
   * @throws ProviderError when the server does not answer at all
   */
  async of(exchange: Exchange, ownerUrl: string): Promise<readonly string[]> {
    // What one login may read of a principal, another one may not.
    const key = `${exchange.session.profileId} ${ownerUrl}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > exchange.now) return known.addresses;
    const addresses = await ask(exchange, ownerUrl);
    this.#known.delete(key);
    this.#known.set(key, { addresses, until: exchange.now + rememberedFor });
    const oldest = this.#known.keys().next();
    if (this.#known.size > remembered && oldest.done === false) this.#known.delete(oldest.value);
    return addresses;
  }
}

async function ask(exchange: Exchange, ownerUrl: string): Promise<readonly string[]> {
  const props = { 'c:calendar-user-address-set': {} };
  try {
    const answer = await exchange.askMultistatus((fetch) => propfind({ url: ownerUrl, props, depth: '0', fetch }));
    const principal = answer.responses[0];
    return principal === undefined ? [] : addressesOf(principal);
  } catch (error) {
    const passes = ['UNREACHABLE', 'THROTTLED', 'CREDENTIALS_REJECTED'];
    if (!(error instanceof ProviderError) || passes.includes(error.code)) throw error;
    return [];
  }
}
