/** What goes on by itself beside the requests: each part is there on every node, and does what is due once among them. */
import { startErasing } from '../auth/erasures.ts';
import { startDisconnectionMail } from '../auth/mail/disconnections.ts';
import { watchKeyFile } from '../datasources/secrets/key-file.ts';
import type { KeyRing } from '../datasources/secrets/key-ring.ts';
import type { RotatingKeyRing } from '../datasources/secrets/rotating-key-ring.ts';
import type { OpenedStore } from '../datasources/store/open.ts';
import type { ZoneData } from '../domain/time/zone-data.ts';
import type { Services } from '../resolvers/services.ts';
import { startHoldExpiry } from '../scheduling/holds/expiry.ts';
import { startEventTriggers } from '../sync/jobs/event-triggers.ts';
import { startHousekeeping } from '../sync/jobs/housekeeping.ts';
import { startResealing } from '../sync/jobs/resealing.ts';
import { startZoneDataUpdate } from '../sync/jobs/zone-data.ts';
import type { Closing } from './closing.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';

export interface BackgroundParts {
  readonly services: Services;
  readonly store: OpenedStore;
  readonly keys: RotatingKeyRing;
  readonly keyRing: KeyRing;
  readonly zones: ZoneData;
  readonly log: Log;
  clock(): number;
  publicUrl(): URL;
  /** Something was written to the change log. */
  wake(): void;
}

/** Starts all of it, and has it ended with the rest. */
export function startBackgroundWork(config: Config, closing: Closing, parts: BackgroundParts): void {
  const { services, store, keys, keyRing, zones, log, clock, publicUrl, wake } = parts;
  const resealing = startResealing(store, keyRing, log);
  const work: readonly { stop(): Promise<void> }[] = [
    startHousekeeping(store, log, { changeDays: config.retentionDays }),
    startEventTriggers({ store, zones, wake }, log),
    startHoldExpiry(services.holds, log),
    ...(config.mail === null ? [] : [startDisconnectionMail({ store, keyRing, publicUrl, logger: log }, config.mail)]),
    startErasing(() => services.authorizations.finishErasures(), log),
    startZoneDataUpdate({ store, zones, clock, wake }, log),
    resealing,
  ];
  if (config.encryptionKeys === null) closing.add('the key file', followKeyFile(config.dataDir, keys, resealing, log));
  // At the same time: none needs another, and one that is in the middle of something must not use up the others' time.
  closing.add('background work', async () => void (await Promise.all(work.map((part) => part.stop()))));
}

/** A key that was added to the file while the service runs seals from then on. */
function followKeyFile(
  dataDir: string,
  keys: RotatingKeyRing,
  resealing: { again(): void },
  log: Log,
): () => Promise<void> {
  const refused = (reason: string) => log.error({ reason }, 'the changed key file is not taken');
  const end = watchKeyFile(dataDir, {
    changed: (ring) => {
      try {
        keys.replace(ring);
      } catch (error) {
        return refused(String(error));
      }
      log.info({ keyId: ring.currentKeyId }, 'another key seals now');
      return resealing.again();
    },
    failed: refused,
  });
  return async () => end();
}
