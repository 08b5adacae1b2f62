/** Cursors beside an answer: `Freshness.changesCursor`. */

import { currentPosition } from '../datasources/store/change-log/read.ts';
import { parseSnapshot } from '../datasources/store/change-log/snapshot.ts';
import { type Store, tenantOf } from '../datasources/store/store.ts';
import type { Actor } from '../domain/actor.ts';
import { type CursorSeal, encodeCursor } from './cursor.ts';

export interface CursorSource {
  readonly store: Store;
  readonly cursorSeal: CursorSeal;
  /** The installation's, as read at the start: a restore happens while no node runs. */
  readonly epoch: number;
}

/**
 * A cursor for what `snapshot` sees: `change_log_snapshot()` of the statement that read the answer. With a bare
 * `pg_current_snapshot()` it would be wrong after a crash (the migration of change_log says why). Without one (''), the
 * answer held no rows: the newest cursor.
 */
export async function cursorAt(snapshot: string, source: CursorSource, actor: Actor): Promise<string> {
  const position =
    snapshot === ''
      ? await source.store.withApplication(tenantOf(actor), currentPosition)
      : { epoch: source.epoch, old: parseSnapshot(snapshot), window: null };
  return encodeCursor(position, actor.applicationId, source.cursorSeal);
}
