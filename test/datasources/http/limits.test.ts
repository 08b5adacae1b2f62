import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { selfSignedCertificate } from '../../setup/servers/certificate.ts';
import { hostileAnswers } from '../../setup/servers/scripted.ts';
import { failure, outgoing, scripted } from './exchange.ts';

describe('limits', () => {
  test('the answer is measured after decompression', async () => {
    const server = await scripted(() => ({
      status: 200,
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('x'.repeat(5000)),
    }));
    const ask = (maximumBytes: number) => outgoing()({ method: 'GET', url: `${server.origin}/a?b`, maximumBytes });
    expect((await ask(5000)).text).toHaveLength(5000);
    expect(await failure(ask(4999))).toEqual({
      kind: 'TOO_LARGE',
      message: `the answer of ${server.origin}/a is larger than 4999 bytes`,
    });
  });

  test.each(['huge', 'gzip bomb'])('%s: given up at 16 MiB', async (name) => {
    const server = await scripted(() => hostileAnswers[name]?.() ?? { status: 500 });
    expect((await failure(outgoing()({ method: 'GET', url: server.origin }))).kind).toBe('TOO_LARGE');
  });

  test.each(['hang', 'drip'])('%s: given up at the time limit', async (name) => {
    const server = await scripted(() => hostileAnswers[name]?.() ?? { status: 500 });
    const { kind } = await failure(outgoing()({ method: 'GET', url: server.origin, timeout: 200 }));
    expect(kind).toBe('TIMEOUT');
  });

  test('silence in the middle is given up before the time limit', async () => {
    const server = await scripted(() => (response) => {
      response.writeHead(200);
      response.write('a');
    });
    const fetch = outgoing({ allowedNetworks: ['loopback'], idleTimeout: 200 });
    expect((await failure(fetch({ method: 'GET', url: server.origin, timeout: 30_000 }))).kind).toBe('TIMEOUT');
  });

  test('the caller may give up', async () => {
    const server = await scripted(() => hostileAnswers['hang']?.() ?? { status: 500 });
    const controller = new AbortController();
    const attempt = failure(outgoing()({ method: 'GET', url: server.origin, signal: controller.signal }));
    setTimeout(() => controller.abort(), 50);
    expect((await attempt).kind).toBe('ABORTED');
  });

  test('at most four requests at a time to one host', async () => {
    let open = 0;
    let most = 0;
    const server = await scripted(async () => {
      open += 1;
      most = Math.max(most, open);
      for (let waited = 0; most < 4 && waited < 2000; waited += 10)
        await new Promise((resolve) => setTimeout(resolve, 10));
      open -= 1;
      return { status: 200 };
    });
    const fetch = outgoing();
    await Promise.all(Array.from({ length: 12 }, () => fetch({ method: 'GET', url: server.origin })));
    expect(most).toBe(4);
  });
});

describe('TLS', () => {
  test('a self-signed certificate is named', async () => {
    const server = await scripted(() => ({ status: 200 }), selfSignedCertificate());
    const { kind, message } = await failure(outgoing()({ method: 'GET', url: server.origin }));
    expect(kind).toBe('TLS');
    expect(message).toBe(
      `${new URL(server.origin).host}: the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    );
    expect(server.requests).toHaveLength(0);
  });

  test('an authority may be added, and the name must still fit', async () => {
    const tls = selfSignedCertificate();
    const server = await scripted(() => ({ status: 200, body: 'secure' }), tls);
    const { port } = new URL(server.origin);
    const fetch = outgoing({
      allowedNetworks: ['loopback'],
      certificateAuthorities: [tls.cert],
      resolve: (_hostname, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    expect((await fetch({ method: 'GET', url: server.origin })).text).toBe('secure');
    const { kind, message } = await failure(fetch({ method: 'GET', url: `https://other.example:${port}/` }));
    expect(kind).toBe('TLS');
    expect(message).toContain('for another host name');
  });

  test('a server that speaks no TLS', async () => {
    const server = await scripted(() => ({ status: 200 }));
    const url = server.origin.replace('http:', 'https:');
    expect((await failure(outgoing()({ method: 'GET', url }))).kind).toBe('TLS');
  });
});
