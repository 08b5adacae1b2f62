/** `GET /feeds/{secret}.ics`: a calendar for programs that subscribe; whoever knows the address may read it. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Feeds } from '../sync/feeds/feeds.ts';

/** Calendar programs look once an hour or less; who looks more often is answered from what he has. */
const cacheControl = 'private, max-age=300';

/**
 * Adds the route. An address that is none, was rotated away, turned off, or whose calendar or authorization is gone answers
 * like any other address where nothing is.
 */
export function addFeeds(app: FastifyInstance, feeds: Feeds): void {
  app.route<{ Params: { file: string } }>({
    method: ['GET', 'HEAD'],
    url: '/feeds/:file',
    handler: async (request, reply) => {
      const secret = /^([^.]+)\.ics$/.exec(request.params.file)?.[1];
      const feed = secret === undefined ? null : await feeds.open(secret);
      if (feed === null) return reply.callNotFound();
      void reply
        .header('etag', feed.etag)
        .header('last-modified', new Date(Math.min(feed.modifiedAt, Date.now())).toUTCString())
        .header('cache-control', cacheControl)
        .header('x-robots-tag', 'noindex, nofollow');
      if (isFresh(request, feed)) return reply.code(304).send();
      void reply.type('text/calendar; charset=utf-8').header('content-disposition', dispositionOf(feed.name));
      if (request.method === 'HEAD') return reply.send();
      return sendParts(reply, feed.document());
    },
  });
}

/** RFC 9110 §13.2.2: If-None-Match decides alone where it is; tags are compared weakly (§13.1.2). */
function isFresh(request: FastifyRequest, feed: { readonly etag: string; readonly modifiedAt: number }): boolean {
  const tags = request.headers['if-none-match'];
  if (tags !== undefined) {
    const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
    return tags.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(feed.etag));
  }
  const since = request.headers['if-modified-since'];
  // An HTTP-date always names GMT; anything else is ignored (§13.1.3).
  return since?.endsWith(' GMT') === true && Date.parse(since) >= feed.modifiedAt;
}

/** A file name for those who save it: ASCII for old programs, and as the calendar is called (RFC 6266 §4.3). */
function dispositionOf(name: string): string {
  const bare =
    name
      .toWellFormed()
      .replace(/[\p{C}/\\]+/gu, ' ')
      .trim()
      .slice(0, 100) || 'calendar';
  const ascii = bare.replace(/[^A-Za-z0-9 ._-]/g, '_');
  const encoded = encodeURIComponent(bare.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `inline; filename="${ascii}.ics"; filename*=UTF-8''${encoded}.ics`;
}

/** What breaks off in the middle ends the connection: half a calendar must not look like a whole one. */
function sendParts(reply: FastifyReply, parts: AsyncGenerator<string>): FastifyReply {
  return reply.send(Readable.from(parts, { objectMode: false, highWaterMark: 64 * 1024 }));
}
