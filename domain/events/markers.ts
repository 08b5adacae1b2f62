/** How a managed event is known at the provider by itself, without our database (semantics C1, C2). */

/** The keys, and what is computed with them; the domain sees neither. */
export interface MarkerCrypto {
  /** A keyed digest of at least 20 octets, the same on every node and after any restart of the same instance. */
  hmac(data: string): Uint8Array;
  /** The same under every key that the instance still has, today's first: keys are replaced, uids at providers stay. */
  hmacs(data: string): readonly Uint8Array[];
  /** Deterministic authenticated encryption to printable ASCII without spaces; the key's id stands in clear. */
  seal(data: string): string;
  /** Null when the text was not sealed by this instance, or is damaged. */
  open(text: string): Uint8Array | null;
}

/** What a managed event is: nobody but this instance can read it from its uid or marker. */
export interface ManagedIdentity {
  /** Derived from the application's client id. */
  readonly appKey: string;
  /** Derived from the calendar's id at its provider, so that a new database finds the same. */
  readonly calendarKey: string;
  /** The application's own key. */
  readonly key: string;
  /** 1 and up: a deleted key that is written again is a new event with a new uid (semantics C5). */
  readonly generation: number;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const prefix = 'm1-';

/** RFC 4648 base32 in lower case, without padding: uids pass through systems that fold case. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      text += alphabet[(value >> (bits - 5)) & 31];
      bits -= 5;
    }
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}

/** Unambiguous whatever the parts contain. */
function encode(identity: ManagedIdentity): string {
  return JSON.stringify([identity.appKey, identity.calendarKey, identity.key, identity.generation]);
}

function decode(text: string): ManagedIdentity | null {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== 4) return null;
  const [appKey, calendarKey, key, generation] = parts as unknown[];
  if (typeof appKey !== 'string' || typeof calendarKey !== 'string' || typeof key !== 'string') return null;
  if (typeof generation !== 'number' || !Number.isSafeInteger(generation) || generation < 1) return null;
  return { appKey, calendarKey, key, generation };
}

/** `m1-<base32>@<instance>`; `instance` is the instance's public name, and no secret. */
export function managedUid(identity: ManagedIdentity, instance: string, crypto: MarkerCrypto): string {
  return `${prefix}${base32(crypto.hmac(encode(identity)))}@${instance}`;
}

/** Every uid that an identity can have been given, today's first: under keys that have been replaced since, it was another. */
export function managedUids(identity: ManagedIdentity, instance: string, crypto: MarkerCrypto): readonly string[] {
  return crypto.hmacs(encode(identity)).map((digest) => `${prefix}${base32(digest)}@${instance}`);
}

/** Whether a uid has the form of a managed event's; whose it is its marker or the store tells. */
export function isManagedUid(uid: string): boolean {
  return uid.startsWith(prefix);
}

/** The text of X-MERIDIAN-REF, or of a provider's equivalent. */
export function sealMarker(identity: ManagedIdentity, crypto: MarkerCrypto): string {
  return crypto.seal(encode(identity));
}

/** The identity that a marker was sealed for; null for anything that this instance did not seal. */
export function openMarker(marker: string, crypto: MarkerCrypto): ManagedIdentity | null {
  // Longer than any marker of a key of 1,024 characters: not worth a decryption.
  if (marker.length > 20_000) return null;
  const opened = crypto.open(marker);
  if (opened === null) return null;
  try {
    return decode(new TextDecoder('utf-8', { fatal: true }).decode(opened));
  } catch {
    return null;
  }
}

/** An event as it was found at its provider. */
export interface FoundEvent {
  readonly uid: string;
  readonly marker: string | null;
}

/**
 * Whose an event is.
 *
 * - `managed`: its marker opens and the uid is that marker's.
 * - `marker-lost`: no marker (a client stripped it) but the uid is that of an identity which we know; the marker is written
 *   again with the next write.
 * - `external`: everything else; a marker on another uid is a user's duplicate of ours.
 */
export type Ownership =
  | { readonly kind: 'managed'; readonly identity: ManagedIdentity }
  | { readonly kind: 'marker-lost'; readonly identity: ManagedIdentity }
  | { readonly kind: 'external' };

export interface OwnershipQuestion {
  readonly instance: string;
  /** The identity that the store has for this uid, from when we wrote it; null when it has none. */
  readonly known: (uid: string) => ManagedIdentity | null;
  /** Whether the calendar's owner is only invited to the event: copies at attendees are never ours. */
  readonly invited: boolean;
}

export function ownership(found: FoundEvent, question: OwnershipQuestion, crypto: MarkerCrypto): Ownership {
  const external: Ownership = { kind: 'external' };
  if (question.invited || !isManagedUid(found.uid)) return external;
  const fits = (identity: ManagedIdentity) => managedUids(identity, question.instance, crypto).includes(found.uid);
  const sealed = found.marker === null ? null : openMarker(found.marker, crypto);
  if (sealed !== null) return fits(sealed) ? { kind: 'managed', identity: sealed } : external;
  const known = question.known(found.uid);
  return known !== null && fits(known) ? { kind: 'marker-lost', identity: known } : external;
}

/** Whether an event is one that this instance manages, with its marker or (stripped) without. */
export function isOurs(found: FoundEvent, question: OwnershipQuestion, crypto: MarkerCrypto): boolean {
  return ownership(found, question, crypto).kind !== 'external';
}
