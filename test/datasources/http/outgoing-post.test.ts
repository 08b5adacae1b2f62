/** Posts to configured addresses: judged, bounded, never redirected. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RequestFailure, type RequestFailureKind } from '../../../datasources/http/failures.ts';
import { createOutgoingPost, type OutgoingPost, type PostRequest } from '../../../datasources/http/outgoing-post.ts';

let server: Server;
let url: string;
let post: OutgoingPost;
let say: (response: ServerResponse, body: string, headers: NodeJS.Dict<string | string[]>) => void;
let hits = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    hits++;
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => say(response, body, request.headers));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?query=1`;
  post = createOutgoingPost({ allowedNetworks: ['loopback'], connections: 4 });
});
afterAll(async () => {
  await post.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (more: Partial<PostRequest> = {}) =>
  post({ url, headers: {}, body: '{"a":1}', maximumBytes: 1_000, timeout: 1_000, ...more });
const kindOf = async (asking: Promise<unknown>): Promise<RequestFailureKind> => {
  const error = await asking.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RequestFailure)) throw new Error(`expected a RequestFailure, got ${String(error)}`);
  expect(error.message).not.toContain('query=1');
  return error.kind;
};

describe('an answer', () => {
  test('comes with its status, in parts or whole, read as UTF-8', async () => {
    say = (response, body, headers) => {
      response.writeHead(418);
      response.write(Buffer.from([0xe2, 0x82]));
      setTimeout(
        () =>
          response.end(
            Buffer.concat([Buffer.from([0xac]), Buffer.from(`${body} ${headers['content-type']} ${headers['x-a']}`)]),
          ),
        20,
      );
    };
    expect(await ask({ headers: { 'x-a': 'b' } })).toEqual({ status: 418, text: '€{"a":1} application/json b' });
  });

  test('is bounded while it is read', async () => {
    let written = 0;
    say = (response) => {
      const timer = setInterval(() => {
        written += 400;
        response.write('x'.repeat(400));
      }, 5);
      response.once('close', () => clearInterval(timer));
    };
    expect(await kindOf(ask({ timeout: 5_000 }))).toBe('TOO_LARGE');
    expect(written).toBeLessThan(1_000_000);
    say = (response) => response.end('x'.repeat(1_000));
    expect((await ask()).text).toHaveLength(1_000);
  });

  test('that is compressed unasked is not unpacked', async () => {
    say = (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000)));
    expect(await ask({ maximumBytes: 10_000 }).then(({ text }) => text.length)).toBeLessThan(10_000);
  });

  test('that redirects is answered as it is', async () => {
    say = (response) => response.writeHead(307, { location: url }).end();
    hits = 0;
    expect(await ask()).toEqual({ status: 307, text: '' });
    expect(hits).toBe(1);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['does not begin', () => {}],
    ['does not end', (response) => response.write('x')],
    [
      'trickles',
      (response) => {
        const timer = setInterval(() => response.write('x'), 50);
        response.once('close', () => clearInterval(timer));
      },
    ],
  ])('that %s is too late', async (_what, answer) => {
    say = answer;
    expect(await kindOf(ask({ timeout: 200 }))).toBe('TIMEOUT');
  });

  test('that is cut is a broken connection', async () => {
    say = (response) => response.destroy();
    expect(await kindOf(ask())).toBe('CONNECTION');
  });
});

test('whoever gives up is told so', async () => {
  say = () => {};
  const controller = new AbortController();
  const asking = ask({ signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  expect(await kindOf(asking)).toBe('ABORTED');
  hits = 0;
  expect(await kindOf(ask({ signal: AbortSignal.abort() }))).toBe('ABORTED');
  expect(hits).toBe(0);
});

test.each(['http://169.254.169.254/latest', 'http://10.0.0.1/', 'http://[::1]:1/'])(
  'does not connect to %s unless it is allowed',
  async (address) => {
    const guarded = createOutgoingPost({ allowedNetworks: [], connections: 1 });
    try {
      expect(await kindOf(guarded({ url: address, headers: {}, body: '{}', maximumBytes: 10, timeout: 1_000 }))).toBe(
        'BLOCKED',
      );
    } finally {
      await guarded.close();
    }
  },
);
