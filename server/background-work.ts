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
  const housekeeping = startHousekeeping(store, log, { changeDays: config.retentionDays });
  closing.add('housekeeping', () => housekeeping.stop());
  const eventTriggers = startEventTriggers({ store, zones, wake }, log);
  closing.add('event triggers', () => eventTriggers.stop());
  const holdExpiry = startHoldExpiry(services.holds, log);
  closing.add('the expiry of holds', () => holdExpiry.stop());
  if (config.mail !== null) {
    const mail = startDisconnectionMail({ store, keyRing, publicUrl, logger: log }, config.mail);
    closing.add('mail', () => mail.stop());
  }
  const erasing = startErasing(() => services.authorizations.finishErasures(), log);
  closing.add('erasures', () => erasing.stop());
  const zoneData = startZoneDataUpdate({ store, zones, clock, wake }, log);
  closing.add('zone data', () => zoneData.stop());
  const resealing = startResealing(store, keyRing, log);
  closing.add('resealing', () => resealing.stop());
  if (config.encryptionKeys === null) closing.add('the key file', followKeyFile(config.dataDir, keys, resealing, log));
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
