/**
 * The key ring: secrets sealed for one row each, small deterministic seals for cursors and markers, derived keys.
 *
 * Text form, in `MERIDIAN_ENCRYPTION_KEYS` and in the key file alike: `keyId:key` pairs with commas between them, where
 * keyId is 1–32 of [A-Za-z0-9-] and key is 32 random bytes in base64 or base64url (`openssl rand -base64 32`). The first
 * key seals, all open. To rotate, put a new key in front; take the old one away when nothing is sealed under it any more.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** What was sealed cannot be opened: another key, another row, or changed on the way. Never holds what was sealed. */
export class SealBroken extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SealBroken';
  }
}

export interface KeyRing {
  readonly currentKeyId: string;
  /** Of every key, the current one first. */
  readonly keyIds: readonly string[];
  /** What the uids of managed events end with when the installation was not given a name: the same for the same oldest key. */
  readonly instanceName: string;
  /**
   * AES-256-GCM with a random nonce. `identity` names the row and column (`profile:pro_…:credential`): a sealed text
   * that was moved to another row does not open there.
   */
  seal(plaintext: string, identity: string): string;
  /** @throws SealBroken */
  open(sealed: string, identity: string): string;
  /** Whether another key than the current one sealed it. */
  needsResealing(sealed: string): boolean;
  /**
   * Deterministic: the same payload in the same context gives the same text, 17 bytes longer than the payload, in
   * base64url. For what clients carry (cursors); hides and authenticates, but shows when two are equal.
   */
  sealCompact(payload: Uint8Array, context: string): string;
  /** Null for whatever `sealCompact` did not make in this context under one of the ring's keys. */
  openCompact(text: string, context: string): Uint8Array | null;
  /** Like `sealCompact`, with the key's id in clear in front of it (`keyId.…`): what a provider keeps with a managed event. */
  sealMarker(payload: Uint8Array): string;
  openMarker(marker: string): Uint8Array | null;
  /** HMAC-SHA-256 of `data` under the current key's key for `purpose` (`instance`: managed uids, semantics C1). */
  mac(purpose: string, data: string | Uint8Array): Buffer;
  /** The same under every key of the ring, current first: to recognise what was made before a rotation. */
  macs(purpose: string, data: string | Uint8Array): Buffer[];
  /** 32 bytes for `purpose`, from the current key, or from `keyId`'s; null where the ring lacks that key. */
  derive(purpose: string, keyId?: string): Buffer | null;
}

export interface RingKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

const version = 'v1';
const nonceSize = 12;
const tagSize = 16;
const sealShape = /^v1\.([A-Za-z0-9-]{1,32})\.([A-Za-z0-9_-]+)$/;

interface Derived {
  readonly id: string;
  readonly master: Uint8Array;
  readonly sealing: Buffer;
  /** The byte that stands for the key in compact seals. Two keys may share one: then both are tried. */
  readonly reference: number;
  /** As key objects: Node makes one of bare bytes at every call, which costs thrice what the call itself does. */
  readonly compact: { readonly mac: KeyObject; readonly encryption: KeyObject };
}

/** @param keys the current one first. @throws RangeError for none, a repeated id, or a key that is not 32 bytes long. */
export function createKeyRing(keys: readonly RingKey[]): KeyRing {
  const ring = keys.map(({ id, key }): Derived => {
    if (key.length !== 32) throw new RangeError(`expected 32 bytes for the key ${id}, got ${key.length}`);
    return {
      id,
      master: key,
      sealing: expand(key, 'seal'),
      reference: expand(key, 'reference')[0] ?? 0,
      compact: {
        mac: createSecretKey(expand(key, 'compact mac')),
        encryption: createSecretKey(expand(key, 'compact encryption')),
      },
    };
  });
  const current = ring[0];
  const oldest = ring.at(-1);
  if (current === undefined || oldest === undefined) throw new RangeError('expected at least one key');
  const byId = new Map(ring.map((key) => [key.id, key]));
  if (byId.size !== ring.length) throw new RangeError('expected every key id once');
  const purposes = new Map<string, Buffer>();
  const derivedFor = (key: Derived, purpose: string): Buffer => {
    const name = `${key.id} ${purpose}`;
    const found = purposes.get(name) ?? expand(key.master, `purpose ${purpose}`);
    purposes.set(name, found);
    return found;
  };

  return {
    currentKeyId: current.id,
    keyIds: ring.map(({ id }) => id),
    instanceName: expand(oldest.master, 'instance name').toString('hex').slice(0, 12),

    seal(plaintext, identity) {
      const nonce = randomBytes(nonceSize);
      const cipher = createCipheriv('aes-256-gcm', current.sealing, nonce, { authTagLength: tagSize });
      cipher.setAAD(Buffer.from(`${version}.${current.id}.${identity}`));
      const body = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${version}.${current.id}.${body.toString('base64url')}`;
    },

    open(sealed, identity) {
      const [, id = '', body = ''] = sealShape.exec(sealed) ?? [];
      if (body === '') throw new SealBroken('it is not in the form of a sealed text');
      const key = byId.get(id);
      if (key === undefined) throw new SealBroken(`the key ${id} is not in the ring`);
      const bytes = strictBase64url(body);
      if (bytes === null || bytes.length < nonceSize + tagSize) throw new SealBroken('the sealed text is cut short');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.sealing, bytes.subarray(0, nonceSize), {
          authTagLength: tagSize,
        });
        decipher.setAAD(Buffer.from(`${version}.${id}.${identity}`));
        decipher.setAuthTag(bytes.subarray(-tagSize));
        return decipher.update(bytes.subarray(nonceSize, -tagSize), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new SealBroken(`the key ${id} is another one under the same name, or the text was changed or moved`);
      }
    },

    needsResealing: (sealed) => sealShape.exec(sealed)?.[1] !== current.id,

    sealCompact: (payload, context) =>
      Buffer.concat([Uint8Array.of(current.reference), sealDeterministically(current, payload, context)]).toString(
        'base64url',
      ),

    openCompact(text, context) {
      const bytes = strictBase64url(text);
      if (bytes === null) return null;
      for (const key of ring) {
        if (key.reference !== bytes[0]) continue;
        const opened = openDeterministically(key, bytes.subarray(1), context);
        if (opened !== null) return opened;
      }
      return null;
    },

    sealMarker: (payload) =>
      `${current.id}.${sealDeterministically(current, payload, `marker ${current.id}`).toString('base64url')}`,

    openMarker(marker) {
      const [, id = '', body = ''] = /^([A-Za-z0-9-]{1,32})\.([A-Za-z0-9_-]+)$/.exec(marker) ?? [];
      const key = byId.get(id);
      const bytes = strictBase64url(body);
      return key === undefined || bytes === null ? null : openDeterministically(key, bytes, `marker ${id}`);
    },

    mac: (purpose, data) => createHmac('sha256', derivedFor(current, purpose)).update(data).digest(),
    macs: (purpose, data) => ring.map((key) => createHmac('sha256', derivedFor(key, purpose)).update(data).digest()),
    derive(purpose, keyId = current.id) {
      const key = byId.get(keyId);
      return key === undefined ? null : Buffer.from(derivedFor(key, purpose));
    },
  };
}

/** HKDF-SHA-256 (RFC 5869): one key per purpose, so that no two uses ever share one. */
function expand(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `meridian ${purpose}`, 32));
}

/** In the manner of SIV (RFC 5297 §2.6): the authenticator of context and payload is the nonce of the encryption. */
function sealDeterministically(key: Derived, payload: Uint8Array, context: string): Buffer {
  const tag = authenticate(key, payload, context);
  const cipher = createCipheriv('aes-256-ctr', key.compact.encryption, tag);
  return Buffer.concat([tag, cipher.update(payload), cipher.final()]);
}

function openDeterministically(key: Derived, sealed: Uint8Array, context: string): Uint8Array | null {
  if (sealed.length < tagSize) return null;
  const tag = sealed.subarray(0, tagSize);
  const decipher = createDecipheriv('aes-256-ctr', key.compact.encryption, tag);
  const payload = Buffer.concat([decipher.update(sealed.subarray(tagSize)), decipher.final()]);
  return timingSafeEqual(authenticate(key, payload, context), tag) ? payload : null;
}

function authenticate(key: Derived, payload: Uint8Array, context: string): Buffer {
  const name = Buffer.from(context);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length); // else ("ab", "c") and ("a", "bc") would have the same authenticator
  return createHmac('sha256', key.compact.mac)
    .update(length)
    .update(name)
    .update(payload)
    .digest()
    .subarray(0, tagSize);
}

/** Node's decoder skips what it does not know; a sealed text has one spelling only. */
function strictBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === text ? bytes : null;
}
