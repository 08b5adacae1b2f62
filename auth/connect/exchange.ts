/** One request for a page and its answer: small forms in, whole documents or redirects out. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pagePolicy } from './html.ts';

/** A form is a few lines long. */
const formLimit = 16 * 1024;

/** A form that is too large, or none. */
export class UnreadableForm extends Error {}

/** @throws UnreadableForm */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new UnreadableForm('expected a form, got something else');
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > formLimit) throw new UnreadableForm(`expected at most ${formLimit} bytes, got more`);
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

/** Sends a page that is nobody else's to keep, to frame or to hear of. */
export function sendPage(
  response: ServerResponse,
  status: number,
  document: string,
  cookie: string | null = null,
): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.setHeader('content-security-policy', pagePolicy);
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  if (cookie !== null) response.appendHeader('set-cookie', cookie);
  response.end(document);
}

export function sendBack(response: ServerResponse, location: string): void {
  response.statusCode = 303;
  response.setHeader('cache-control', 'no-store');
  response.setHeader('location', location);
  response.end();
}
