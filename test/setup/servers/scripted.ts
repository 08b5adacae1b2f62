/** An HTTP server that answers what a test says: for servers that no program here is bad enough to play. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { gzipSync } from 'node:zlib';

export interface ScriptedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export type ScriptedAnswer =
  | PlainAnswer
  /** Takes the response over: to hang, to drip, to break off. */
  | ((response: ServerResponse) => void);

export interface ScriptedServer {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly origin: string;
  readonly requests: ScriptedRequest[];
  close(): Promise<void>;
}

/** A script that throws answers 500 with the reason. */
export async function startScripted(
  script: (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>,
  tls?: { readonly key: string; readonly cert: string },
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', async () => {
      const request = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(parts).toString(),
      };
      requests.push(request);
      let answer: ScriptedAnswer;
      try {
        answer = await script(request);
      } catch (error) {
        answer = { status: 500, body: String(error) };
      }
      if (typeof answer === 'function') answer(response);
      else response.writeHead(answer.status, { ...answer.headers }).end(answer.body ?? '');
    });
  };
  const server: Server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** 207 with these responses. */
export function multistatus(...responses: readonly string[]): PlainAnswer {
  return {
    status: 207,
    headers: { 'content-type': 'application/xml; charset=utf-8' },
    body:
      '<?xml version="1.0" encoding="utf-8"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" ' +
      'xmlns:cs="http://calendarserver.org/ns/" xmlns:ca="http://apple.com/ns/ical/">' +
      `${responses.join('')}</d:multistatus>`,
  };
}

/** One response with found properties. */
export function found(href: string, properties: string): string {
  return (
    `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${properties}</d:prop>` +
    '<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>'
  );
}

/** One response with a status alone. */
export function stated(href: string, status: number): string {
  return `<d:response><d:href>${href}</d:href><d:status>HTTP/1.1 ${status} Whatever</d:status></d:response>`;
}

let bomb: Buffer | undefined;

/** What goes wrong on the open internet, by name. */
export const hostileAnswers: Readonly<Record<string, () => ScriptedAnswer>> = {
  html: () => ({
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><title>Welcome</title>',
  }),
  hang: () => () => {},
  drip: () => (response) => {
    response.writeHead(207, { 'content-type': 'application/xml' });
    const timer = setInterval(() => response.write(' '), 20);
    response.once('close', () => clearInterval(timer));
  },
  huge: () => (response) => {
    response.writeHead(207, { 'content-type': 'application/xml' });
    const block = Buffer.alloc(1024 * 1024, 0x20);
    let left = 50;
    const more = (): void => {
      if (response.destroyed) return;
      if (left === 0) response.end();
      else {
        left -= 1;
        response.write(block, more);
      }
    };
    more();
  },
  'gzip bomb': () => {
    bomb ??= gzipSync(Buffer.alloc(100 * 1024 * 1024, 0x20));
    return { status: 207, headers: { 'content-type': 'application/xml', 'content-encoding': 'gzip' }, body: bomb };
  },
  'redirect to a private address': () => ({ status: 302, headers: { location: 'http://10.0.0.1/dav/' } }),
  'redirect to the metadata service': () => ({ status: 302, headers: { location: 'http://169.254.169.254/latest/' } }),
  'redirect in circles': () => ({ status: 307, headers: { location: '/again' } }),
  'broken XML': () => ({ status: 207, headers: { 'content-type': 'application/xml' }, body: '<d:multistatus' }),
  'entity bomb': () => ({
    status: 207,
    headers: { 'content-type': 'application/xml' },
    body:
      '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' +
      '<d:multistatus xmlns:d="DAV:"><d:response><d:href>&b;</d:href></d:response></d:multistatus>',
  }),
  'another document': () => ({
    status: 207,
    headers: { 'content-type': 'application/xml' },
    body: '<rss version="2.0"/>',
  }),
  'nothing at all': () => ({ status: 207, headers: { 'content-type': 'application/xml' } }),
  'broken connection': () => (response) => {
    response.writeHead(207, { 'content-length': '1000' });
    response.write('<d:multi');
    response.socket?.destroy();
  },
};
