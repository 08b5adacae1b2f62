/**
 * The cursor: a position in the change log, sealed for one application. Opaque to clients, the same size for any number
 * of accounts, good on any node of the installation.
 *
 * Inside: format, epoch, the old snapshot and, behind a change that is not its window's last, the new snapshot, the
 * account's ordinal and the sequence. A snapshot costs about four bytes and the bits of its running transactions; they
 * are told as runs, since those that run together have begun together.
 */

import type { LogPosition } from '../datasources/store/change-log/read.ts';
import { includesSnapshot, type Snapshot } from '../datasources/store/change-log/snapshot.ts';
import { RequestError } from '../domain/errors.ts';
import { BitReader, BitWriter } from './bits.ts';

/** The key ring's short seal: text out of bytes, bound to a context; opening anything else answers null or throws. */
export interface CursorSeal {
  sealCompact(plain: Uint8Array, context: string): string;
  openCompact(sealed: string, context: string): Uint8Array | null;
}

const format = 1;

/** No cursor that was ever given out is longer: more than this many characters are not even opened. */
export const cursorLengthLimit = 16_384;

export function encodeCursor(position: LogPosition, applicationId: string, seal: CursorSeal): string {
  return seal.sealCompact(encodePosition(position), context(applicationId));
}

/**
 * Throws RequestError BAD_USER_INPUT naming `after` for a text that is no cursor, and for another application's: the
 * two answer alike.
 */
export function decodeCursor(cursor: string, applicationId: string, seal: CursorSeal): LogPosition {
  try {
    const plain = cursor.length > cursorLengthLimit ? null : seal.openCompact(cursor, context(applicationId));
    if (plain !== null) return decodePosition(plain);
  } catch {
    // Whatever it is that does not open: it is not a cursor of this application.
  }
  throw new RequestError('BAD_USER_INPUT', 'after: expected a cursor that `changes` answered to this application', {
    argument: 'after',
  });
}

/** The application is part of the seal: a cursor says when transactions ran, which is nobody else's to know or to try. */
function context(applicationId: string): string {
  return `cursor:${applicationId}`;
}

export function encodePosition({ epoch, old, window }: LogPosition): Uint8Array {
  const bits = new BitWriter();
  bits.natural(format);
  bits.natural(epoch);
  bits.natural(old.xmin);
  writeSnapshot(bits, old);
  bits.bit(window !== null);
  if (window !== null) {
    bits.natural(window.until.xmin - old.xmin);
    writeSnapshot(bits, window.until);
    bits.natural(window.accountOrdinal);
    bits.natural(window.sequence);
  }
  return bits.bytes();
}

/** Throws RangeError for anything that `encodePosition` does not answer. */
export function decodePosition(plain: Uint8Array): LogPosition {
  const bits = new BitReader(plain);
  if (bits.natural() !== format) throw new RangeError('another format');
  const epoch = bits.natural();
  const old = readSnapshot(bits, bits.natural());
  if (!bits.bit()) {
    bits.end();
    return { epoch, old, window: null };
  }
  const until = readSnapshot(bits, old.xmin + bits.natural());
  const position = { epoch, old, window: { until, accountOrdinal: bits.natural(), sequence: bits.natural() } };
  bits.end();
  if (!includesSnapshot(until, old)) throw new RangeError('a window that ends before it begins');
  return position;
}

/** Everything of a snapshot but its xmin: runs of running transactions and the gaps between them, up to xmax. */
function writeSnapshot(bits: BitWriter, { xmin, xmax, running }: Snapshot): void {
  const runs: { from: number; to: number }[] = [];
  for (const id of running) {
    const run = runs.at(-1);
    if (run?.to === id) run.to = id + 1;
    else runs.push({ from: id, to: id + 1 });
  }
  bits.natural(runs.length);
  let at = xmin;
  for (const [index, { from, to }] of runs.entries()) {
    bits.natural(from - at - (index === 0 ? 0 : 1));
    bits.natural(to - from - 1);
    at = to;
  }
  bits.natural(xmax - at);
}

function readSnapshot(bits: BitReader, xmin: number): Snapshot {
  const running: number[] = [];
  let at = xmin;
  const runs = bits.natural();
  for (let run = 0; run < runs; run++) {
    at += bits.natural() + (run === 0 ? 0 : 1);
    const to = at + bits.natural() + 1;
    if (to - at > 8 * cursorLengthLimit || !Number.isSafeInteger(to)) throw new RangeError('too many transactions');
    while (at < to) running.push(at++);
  }
  const xmax = at + bits.natural();
  if (!Number.isSafeInteger(xmax)) throw new RangeError('a number too large');
  return { xmin, xmax, running };
}
