/** A process of many clients: opens sockets, counts what they hear and when. */
import { randomInt, randomUUID } from 'node:crypto';
import { answerWith } from './child.ts';
import { type FrameSocket, openFrames } from './frames.ts';

/** Until when a socket counts as opening. */
export type Until = 'open' | 'acknowledged' | 'subscribed' | 'first batch' | 'caught up';

export interface Opening {
  readonly port: number;
  readonly sockets: number;
  /** At most so many open at the same time: more would wait in the kernel's queue and be sent again a second later. */
  readonly atOnce: number;
  readonly until: Until;
  readonly authorization?: string;
  readonly query?: string;
  /** Of each socket in turn, from the beginning again behind the last. */
  readonly variables?: readonly Record<string, unknown>[];
}

export interface Opened {
  /** From the first connection's start to the last socket's readiness, in milliseconds. */
  readonly milliseconds: number;
  readonly bytes: number;
  readonly changes: number;
}

export interface Tally {
  readonly frames: number;
  readonly bytes: number;
  readonly changes: number;
}

/** Arrivals of known changes: pairs of the change's number and milliseconds of the machine's own clock. */
export type Arrivals = Float64Array;

const now = () => Number(process.hrtime.bigint()) / 1e6;
const subjectMark = Buffer.from('"subjectId":"');

const sockets: FrameSocket[] = [];
/** Frames that told a change, since `forget`. */
let heard = 0;
let heardBytes = 0;
let bytes = 0;
let changes = 0;
let enough: { readonly frames: number; readonly tell: () => void } | null = null;
/** What `follow` asked for: the numbers of the changes, and where arrivals are written. */
let followed: { readonly numbers: ReadonlyMap<string, number>; readonly found: number[] } | null = null;
let failure: string | null = null;
let failed: (error: Error) => void = () => {};

function lost(reason: string): void {
  failure ??= `a socket was lost: ${reason}`;
  failed(new Error(failure));
}

/** Reads no more of a frame than it must. */
function hear(payload: Buffer): void {
  let at = payload.indexOf(subjectMark);
  if (at < 0) return;
  heard++;
  heardBytes += payload.length;
  const arrived = followed === null ? 0 : now();
  while (at >= 0) {
    changes++;
    const begin = at + subjectMark.length;
    if (followed !== null) {
      const number = followed.numbers.get(payload.toString('latin1', begin, payload.indexOf(0x22, begin)));
      if (number !== undefined) followed.found.push(number, arrived);
    }
    at = payload.indexOf(subjectMark, begin);
  }
  if (enough !== null && heard >= enough.frames) enough.tell();
}

/** Clients that come from one address. */
const perAddress = 500;
let address = '';

/**
 * An address of this machine's own that nobody has come from lately: where many ports of one are taken, or wait for their
 * time to be free again (TIME_WAIT), the kernel looks long for the next.
 */
function addressOf(index: number): string {
  if (index % perAddress === 0) address = `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
  return address;
}

function openOne(opening: Opening, index: number): Promise<void> {
  const { until, query, variables } = opening;
  return new Promise((ready, fail) => {
    let isReady = false;
    const settle = () => {
      isReady = true;
      ready();
    };
    const id = randomUUID();
    const text = (payload: Buffer) => {
      bytes += payload.length;
      if (isReady) return hear(payload);
      const message = payload.toString('latin1', 0, 200);
      if (message.includes('"type":"connection_ack"')) {
        if (until === 'acknowledged') return settle();
        socket.send(
          JSON.stringify({
            id,
            type: 'subscribe',
            payload: { query, variables: variables?.[index % variables.length] },
          }),
        );
        if (until === 'subscribed') socket.send('{"type":"ping"}');
        return undefined;
      }
      if (message.includes('"type":"pong"')) return settle();
      if (message.includes('"type":"error"')) return fail(new Error(payload.toString()));
      hear(payload);
      if (until === 'first batch' || (until === 'caught up' && payload.includes('"caughtUp":true'))) settle();
      return undefined;
    };
    const socket = openFrames({
      port: opening.port,
      from: addressOf(index),
      protocol: until === 'open' ? null : 'graphql-transport-ws',
      opened() {
        if (until === 'open') return settle();
        const { authorization } = opening;
        const payload = authorization === undefined ? {} : { payload: { authorization } };
        return socket.send(JSON.stringify({ type: 'connection_init', ...payload }));
      },
      text,
      lost(reason) {
        fail(new Error(reason));
        lost(reason);
      },
    });
    sockets.push(socket);
  });
}

const answers = {
  async open(opening: Opening): Promise<Opened> {
    bytes = 0;
    changes = 0;
    let next = 0;
    const begun = now();
    const lane = async () => {
      while (next < opening.sockets) await openOne(opening, next++);
    };
    await Promise.all(Array.from({ length: Math.min(opening.atOnce, opening.sockets) }, lane));
    return { milliseconds: now() - begun, bytes, changes };
  },
  /** Begins to count anew. */
  forget(): void {
    heard = 0;
    heardBytes = 0;
    changes = 0;
  },
  /** Settles once so many frames with changes were heard since `forget`. Rejects when a socket is lost. */
  async hears(frames: number): Promise<void> {
    if (failure !== null) throw new Error(failure);
    if (heard >= frames) return;
    await new Promise<void>((tell, fail) => {
      enough = { frames, tell };
      failed = fail;
    });
    enough = null;
  },
  /** Frames with changes since `forget`, their bytes and the changes in all. */
  tally: (): Tally => ({ frames: heard, bytes: heardBytes, changes }),
  /** Notes from now on when these arrive. */
  follow(subjectIds: readonly string[]): void {
    followed = { numbers: new Map(subjectIds.map((id, number) => [id, number])), found: [] };
  },
  arrivals(): Arrivals {
    if (failure !== null) throw new Error(failure);
    return new Float64Array(followed?.found ?? []);
  },
  /** Cuts every socket. */
  close(): void {
    for (const socket of sockets.splice(0)) socket.end();
  },
};

export type Clients = typeof answers;

answerWith(answers);
