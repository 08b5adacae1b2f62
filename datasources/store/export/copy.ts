/** COPY over node-postgres's own connection: rows as streams, in bounded memory, both ways. */
import { type Duplex, Readable } from 'node:stream';
import type pg from 'pg';
import { roomIn } from './room.ts';

/** The part of node-postgres's connection that COPY needs and that its types leave out. */
interface Wire {
  readonly stream: Duplex;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

const batchSize = 64 * 1024;

/** How many rows a finished COPY says it moved (`COPY 42`). */
function rowsOf(tag: string): number {
  const count = Number(/^COPY (\d+)$/.exec(tag)?.[1]);
  if (!Number.isSafeInteger(count)) throw new Error(`expected the count of a COPY, got ${tag}`);
  return count;
}

/**
 * `copy … to stdout`: the rows in batches of some 64 KiB. The server is slowed down when they are not read; whoever stops
 * reading before the end has to end the connection.
 */
export function copyOut(
  client: pg.Client,
  statement: string,
): { readonly rows: Readable; readonly count: Promise<number> } {
  let wire: Wire | null = null;
  let batch: Buffer[] = [];
  let batched = 0;
  let tag = '';
  const rows = new Readable({ read: () => wire?.stream.resume() });
  const flush = () => {
    if (batched === 0) return;
    const more = rows.push(Buffer.concat(batch));
    batch = [];
    batched = 0;
    if (!more) wire?.stream.pause();
  };
  const count = new Promise<number>((resolve, reject) => {
    client.query({
      submit(connection: unknown) {
        wire = connection as Wire;
        wire.query(statement);
      },
      handleCopyData({ chunk }: { readonly chunk: Buffer }) {
        // A copy: node-postgres reads the next packet into the same memory.
        batch.push(Buffer.from(chunk));
        batched += chunk.length;
        if (batched >= batchSize) flush();
      },
      handleCommandComplete(message: { readonly text: string }) {
        tag = message.text;
      },
      handleReadyForQuery() {
        flush();
        rows.push(null);
        wire?.stream.resume();
        resolve(rowsOf(tag));
      },
      handleError(error: Error) {
        wire?.stream.resume();
        rows.destroy(error);
        reject(error);
      },
    });
  });
  // Whoever reads the rows sees the failure there as well.
  count.catch(() => undefined);
  return { rows, count };
}

/**
 * `copy … from stdin`. @returns how many rows were stored.
 * @throws what reading `rows` throws, after the server has been told to take nothing; pg.DatabaseError for a bad row.
 */
export function copyIn(client: pg.Client, statement: string, rows: AsyncIterable<Buffer>): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    let tag = '';
    let failed = false;
    let unreadable: unknown = null;
    const send = async (wire: Wire) => {
      try {
        for await (const chunk of rows) {
          if (failed) return;
          wire.sendCopyFromChunk(chunk);
          if (wire.stream.writableNeedDrain) await roomIn(wire.stream);
        }
        if (!failed) wire.endCopyFrom();
      } catch (error) {
        unreadable = error;
        if (!failed) wire.sendCopyFail('the source cannot be read');
      }
    };
    client.query({
      submit(connection: unknown) {
        (connection as Wire).query(statement);
      },
      handleCopyInResponse(connection: unknown) {
        void send(connection as Wire);
      },
      handleCommandComplete(message: { readonly text: string }) {
        tag = message.text;
      },
      handleReadyForQuery() {
        if (!failed) resolve(rowsOf(tag));
      },
      handleError(error: Error) {
        failed = true;
        reject(unreadable ?? error);
      },
    });
  });
}
