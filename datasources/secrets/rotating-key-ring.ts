/** A key ring whose keys can be replaced while it is in use. */
import type { KeyRing } from './key-ring.ts';

export interface RotatingKeyRing {
  /** Always the newest keys. */
  readonly ring: KeyRing;
  /** @throws RangeError where `next` lacks a key that is in use: what it sealed could not be opened any more. */
  replace(next: KeyRing): void;
}

export function rotatingKeyRing(first: KeyRing): RotatingKeyRing {
  let now = first;
  const ring: KeyRing = {
    get currentKeyId() {
      return now.currentKeyId;
    },
    get keyIds() {
      return now.keyIds;
    },
    get instanceName() {
      return now.instanceName;
    },
    seal: (plaintext, identity) => now.seal(plaintext, identity),
    open: (sealed, identity) => now.open(sealed, identity),
    needsResealing: (sealed) => now.needsResealing(sealed),
    sealCompact: (payload, context) => now.sealCompact(payload, context),
    openCompact: (text, context) => now.openCompact(text, context),
    sealMarker: (payload) => now.sealMarker(payload),
    openMarker: (marker) => now.openMarker(marker),
    mac: (purpose, data) => now.mac(purpose, data),
    macs: (purpose, data) => now.macs(purpose, data),
    derive: (purpose, keyId) => now.derive(purpose, keyId),
  };
  return {
    ring,
    replace(next) {
      const gone = now.keyIds.filter((id) => !next.keyIds.includes(id));
      if (gone.length > 0) throw new RangeError(`the key ${gone.join(', ')} is in use and may go with a restart only`);
      now = next;
    },
  };
}
