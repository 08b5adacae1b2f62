/** The key ring as what markers and managed uids are made with, and the recognition of our own at a provider. */
import type { KeyRing } from '../../../datasources/secrets/key-ring.ts';
import { isManagedUid, type MarkerCrypto, ownership } from '../../../domain/events/markers.ts';
import type { SyncDependencies } from '../../dependencies.ts';

export function markerCrypto(keyRing: KeyRing): MarkerCrypto {
  return {
    hmac: (data) => keyRing.mac('instance', data),
    hmacs: (data) => keyRing.macs('instance', data),
    seal: (data) => keyRing.sealMarker(Buffer.from(data, 'utf8')),
    open: (text) => keyRing.openMarker(text),
  };
}

/**
 * Recognises managed events that are new here: after the loss of the database, with the keys kept (semantics C3), and where their
 * user has moved them from another calendar (C6).
 */
export function recogniser(options: {
  readonly markers: MarkerCrypto;
  readonly instanceName: string;
  /** Client id → application. */
  readonly applicationIdOf: (clientId: string) => string | undefined;
}): NonNullable<SyncDependencies['recogniseManaged']> {
  return (object) => {
    const question = { instance: options.instanceName, known: () => null, invited: false };
    const found = ownership({ uid: object.uid, marker: object.marker }, question, options.markers);
    const ours = isManagedUid(object.uid);
    if (found.kind === 'external') return { ours: ours && object.marker === null, mark: null };
    const { appKey, calendarKey, key, generation } = found.identity;
    const applicationId = options.applicationIdOf(appKey);
    return { ours, mark: applicationId === undefined ? null : { applicationId, key, generation, calendarKey } };
  };
}
