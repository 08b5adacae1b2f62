/**
 * A WebSocket client (RFC 6455) that does next to nothing: ten thousand of them must not be what is measured. No extensions,
 * no fragments, no checks of what a server may send.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface FrameSocket {
  send(text: string): void;
  /** Cuts the connection. */
  end(): void;
}

export interface FrameSocketOptions {
  readonly port: number;
  /** Which of this machine's loopback addresses it comes from: each has ports of its own. */
  readonly from: string;
  readonly protocol: string | null;
  readonly opened: () => void;
  readonly text: (payload: Buffer) => void;
  /** Also called once when the connection is lost, with what is known of why. */
  readonly lost: (reason: string) => void;
}

const opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const;

export function openFrames(options: FrameSocketOptions): FrameSocket {
  const socket = connect({ host: '127.0.0.1', port: options.port, localAddress: options.from, noDelay: true });
  let rest: Buffer = Buffer.alloc(0);
  let isOpen = false;
  let isOver = false;
  const over = (reason: string) => {
    if (!isOver) options.lost(reason);
    isOver = true;
  };
  socket.on('connect', () => socket.write(handshake(options)));
  socket.on('error', (error) => over(error.message));
  socket.on('close', () => over('the connection ended'));
  socket.on('data', (data) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    if (!isOpen) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const status = rest.toString('latin1', 9, 12);
      if (status !== '101') {
        over(`the upgrade was answered ${status}`);
        socket.destroy();
        return;
      }
      rest = rest.subarray(end + 4);
      isOpen = true;
      options.opened();
    }
    rest = takeFrames(rest, (kind, payload) => {
      if (kind === opcode.text) options.text(payload);
      else if (kind === opcode.ping) write(socket, opcode.pong, payload);
      else if (kind === opcode.close) over(`closed with ${payload.readUInt16BE(0)} ${payload.toString('utf8', 2)}`);
    });
  });
  return {
    send: (text) => write(socket, opcode.text, Buffer.from(text)),
    end() {
      isOver = true;
      socket.destroy();
    },
  };
}

function handshake({ port, protocol }: FrameSocketOptions): string {
  const lines = [
    'GET /graphql HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(protocol === null ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Hands over every whole frame and answers what is left. */
function takeFrames(data: Buffer, take: (kind: number, payload: Buffer) => void): Buffer {
  let at = 0;
  while (data.length - at >= 2) {
    const short = (data[at + 1] ?? 0) & 0x7f;
    const head = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (data.length - at < head) break;
    const length =
      short === 127 ? Number(data.readBigUInt64BE(at + 2)) : short === 126 ? data.readUInt16BE(at + 2) : short;
    if (data.length - at < head + length) break;
    take((data[at] ?? 0) & 0x0f, data.subarray(at + head, at + head + length));
    at += head + length;
  }
  // A copy: a slice would keep the whole chunk alive for each of thousands of sockets.
  return at === data.length ? Buffer.alloc(0) : at === 0 ? data : Buffer.from(data.subarray(at));
}

/** A client's frames are masked (§5.3); with zeros, which change nothing. */
function write(socket: Socket, kind: number, payload: Buffer): void {
  if (socket.destroyed) return;
  const length = payload.length;
  const head = length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
  head[0] = 0x80 | kind;
  if (length < 126) head[1] = 0x80 | length;
  else {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(length, 2);
  }
  socket.write(Buffer.concat([head, payload]));
}
