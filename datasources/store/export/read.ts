/** Reading an export file: whole and unaltered first, then table by table. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { StartFailure } from '../start-failure.ts';
import {
  type ExportEnd,
  type ExportedTable,
  type ExportHeader,
  endOfRows,
  lineLimit,
  parseHeader,
  parseTableLine,
  trailer,
  trailerSize,
} from './format.ts';

const endMark = Buffer.from(`${endOfRows}\n`);
const endMarkBehindRow = Buffer.from(`\n${endOfRows}\n`);

/** A file that is whole: its sum was right when it was looked at. */
export interface VerifiedExport {
  readonly file: string;
  readonly header: ExportHeader;
  readonly size: number;
  readonly sha256: string;
  /** The first line as it stands in the file. */
  readonly head: Buffer;
  /** Where the compressed part ends (exclusive); it begins behind `head`. */
  readonly to: number;
}

/**
 * Reads the file once from end to end and compares its sum. @throws StartFailure when it is no export, of a newer
 * format, cut off or altered
 */
export async function verifyExport(
  file: string,
  onProgress?: (bytes: number, of: number) => void,
): Promise<VerifiedExport> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new StartFailure(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new StartFailure(`${file} is not a file`);
    const { size } = stat;
    const head = Buffer.alloc(Math.min(size, lineLimit));
    await handle.read(head, 0, head.length, 0);
    const lineBreak = head.indexOf(0x0a);
    // The format comes first: of another version, not even the sum may be where we look for it.
    const header = parseHeader(file, head.subarray(0, Math.max(lineBreak, 0)).toString('utf8'));
    const from = lineBreak + 1;
    const to = size - trailerSize;
    if (to <= from) throw new StartFailure(`${file} is cut off: nothing was changed`);
    const hash = createHash('sha256');
    const parts = handle.createReadStream({ start: 0, end: to - 1, autoClose: false, highWaterMark: 1024 * 1024 });
    let read = 0;
    for await (const part of parts as AsyncIterable<Buffer>) {
      hash.update(part);
      read += part.length;
      onProgress?.(read, to);
    }
    const end = Buffer.alloc(trailerSize);
    await handle.read(end, 0, trailerSize, to);
    const sha256 = hash.digest('hex');
    if (end.toString('latin1') !== trailer(sha256)) {
      const isSum = /^\nsha256:[0-9a-f]{64}\n$/.test(end.toString('latin1'));
      throw new StartFailure(
        isSum
          ? `${file} was altered: what it holds is not what its sum says; nothing was changed`
          : `${file} is cut off: it does not end with its sum; nothing was changed`,
      );
    }
    return { file, header, size, sha256, head: head.subarray(0, from), to };
  } finally {
    await handle.close();
  }
}

/** Reads the tables, each to its end before the next. Compare `sha256()` before anything is believed. */
export class ExportReader {
  readonly #file: string;
  readonly #parts: AsyncIterator<Buffer>;
  readonly #onBytes: (bytes: number) => void;
  readonly #hash = createHash('sha256');
  readonly #close: () => void;
  #rest: Buffer = Buffer.alloc(0);

  /** @param chunkSize bytes that are decompressed at a time, 64 or more */
  constructor(verified: VerifiedExport, onBytes: (bytes: number) => void = () => undefined, chunkSize = 256 * 1024) {
    this.#file = verified.file;
    this.#onBytes = onBytes;
    const source = createReadStream(verified.file, { start: verified.head.length, end: verified.to - 1 });
    const gunzip = createGunzip({ chunkSize });
    this.#hash.update(verified.head);
    let read = verified.head.length;
    source.on('data', (part) => {
      this.#hash.update(part);
      read += part.length;
      this.#onBytes(read);
    });
    source.on('error', (error) => gunzip.destroy(error));
    source.pipe(gunzip);
    this.#parts = (gunzip as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    this.#close = () => {
      source.destroy();
      gunzip.destroy();
    };
  }

  /** The next table's line, or the end. */
  async next(): Promise<ExportedTable | { readonly end: ExportEnd }> {
    for (;;) {
      const at = this.#rest.indexOf(0x0a);
      if (at >= 0) {
        const line = this.#rest.subarray(0, at).toString('utf8');
        this.#rest = this.#rest.subarray(at + 1);
        return parseTableLine(this.#file, line);
      }
      if (this.#rest.length > lineLimit) throw this.#broken();
      if (!(await this.#more())) throw this.#broken();
    }
  }

  /** The rows of the table whose line was read last, whole lines in each part. */
  async *rows(): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const end = this.#endOfRows();
      // The last line that was read may be the beginning of the end, so only what stands before a line break goes.
      const rows = this.#rest.subarray(0, end ?? this.#rest.lastIndexOf(0x0a) + 1);
      this.#rest = this.#rest.subarray(rows.length + (end === null ? 0 : endMark.length));
      if (rows.length > 0) yield rows;
      if (end !== null) return;
      if (!(await this.#more())) throw this.#broken();
    }
  }

  /** Where the rows end in what was read. No row is `\.` alone: COPY writes a backslash as two. */
  #endOfRows(): number | null {
    if (this.#rest.subarray(0, endMark.length).equals(endMark)) return 0;
    const at = this.#rest.indexOf(endMarkBehindRow);
    return at < 0 ? null : at + 1;
  }

  /** To be called behind the end: nothing may follow it. @returns the sum of all that was read, the header's line with it */
  async finish(): Promise<string> {
    if (this.#rest.length > 0 || (await this.#more())) throw this.#broken();
    return this.#hash.digest('hex');
  }

  close(): void {
    this.#close();
  }

  async #more(): Promise<boolean> {
    try {
      const { done, value } = await this.#parts.next();
      if (done === true) return false;
      this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
      return true;
    } catch (cause) {
      throw new StartFailure(`${this.#file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  }

  #broken(): StartFailure {
    return new StartFailure(`${this.#file} was altered: it does not hold what it should; nothing was changed`);
  }
}
