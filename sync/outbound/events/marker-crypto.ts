/** The key ring as what markers and managed uids are made with, and the recognition of our own at a provider. */
import type { KeyRing } from '../../../datasources/secrets/key-ring.ts';
import { type MarkerCrypto, ownership } from '../../../domain/events/markers.ts';
import type { SyncDependencies } from '../../dependencies.ts';

export function markerCrypto(keyRing: KeyRing): MarkerCrypto {
  return {
    hmac: (data) => keyRing.mac('instance', data),
    seal: (data) => keyRing.sealMarker(Buffer.from(data, 'utf8')),
    open: (text) => keyRing.openMarker(text),
  };
}

/** Recognises managed events whose rows are gone: after the loss of the database, with the keys kept (semantics C3). */
export function recogniser(options: {
  readonly markers: MarkerCrypto;
  readonly instanceName: string;
  /** Client id → application. */
  readonly applicationIds: ReadonlyMap<string, string>;
}): NonNullable<SyncDependencies['recogniseManaged']> {
  return (object, calendar) => {
    const question = { instance: options.instanceName, known: () => null, invited: false };
    const found = ownership({ uid: object.uid, marker: object.marker }, question, options.markers);
    if (found.kind === 'external' || found.identity.calendarKey !== calendar.remoteId) return null;
    const applicationId = options.applicationIds.get(found.identity.appKey);
    return applicationId === undefined
      ? null
      : { applicationId, key: found.identity.key, generation: found.identity.generation };
  };
}
