/** A client that costs little: the same request over kept connections, each sending its next once it was answered. */
import { connect, type Socket } from 'node:net';

export interface Load {
  /** Sends so many requests in all, over connections of its own. @throws where an answer is not 200, or another than expected */
  send(requests: number): Promise<void>;
}

/** @param expected what the answer's body must contain */
export function loadOf(options: {
  readonly port: number;
  readonly authorization: string;
  readonly query: string;
  readonly expected: string;
  readonly connections: number;
}): Load {
  const body = JSON.stringify({ query: options.query });
  const request = Buffer.from(
    [
      'POST /graphql HTTP/1.1',
      'host: 127.0.0.1',
      'content-type: application/json',
      'accept: application/json',
      `authorization: ${options.authorization}`,
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
  return {
    async send(requests) {
      let left = requests;
      const sockets = await Promise.all(Array.from({ length: options.connections }, () => opened(options.port)));
      try {
        const worker = async (socket: Socket) => {
          while (left > 0) {
            left--;
            const text = await exchange(socket, request);
            if (!text.includes(options.expected)) throw new Error(`expected ${options.expected}, got ${text}`);
          }
        };
        await Promise.all(sockets.map(worker));
      } finally {
        for (const socket of sockets) socket.destroy();
      }
    },
  };
}

function opened(port: number): Promise<Socket> {
  return new Promise((connected, failed) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => connected(socket));
    socket.once('error', failed);
  });
}

/** The answer's body, once it has come as a whole. */
function exchange(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((answered, failed) => {
    const received: Buffer[] = [];
    let missing: number | null = null;
    const stop = (): void => {
      socket.off('data', hear);
      socket.off('close', lost);
    };
    const lost = (): void => failed(new Error('the server closed the connection'));
    const hear = (part: Buffer): void => {
      received.push(part);
      if (missing === null) {
        const whole = Buffer.concat(received);
        const end = whole.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = whole.subarray(0, end).toString('latin1');
        const length = /content-length: (\d+)/i.exec(head)?.[1];
        if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
          stop();
          failed(new Error(`expected 200 and a known length, got ${whole.toString()}`));
          return;
        }
        missing = Number(length) - (whole.length - end - 4);
      } else {
        missing -= part.length;
      }
      if (missing > 0) return;
      stop();
      answered(Buffer.concat(received).toString());
    };
    socket.on('data', hear);
    socket.on('close', lost);
    socket.write(request);
  });
}
