/** `POST /import/{calendarId}`: an iCalendar file of up to 100 MiB, streamed; it is never held in memory as a whole. */
import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../domain/actor.ts';
import { RequestError } from '../domain/errors.ts';
import { wellFormedId } from '../resolvers/arguments.ts';
import type { Imports } from '../sync/import/imports.ts';

const limit = 100 * 1024 * 1024;

/**
 * Adds the route. Answers what `importIcs` answers, as JSON; 200 also where the document was refused (`userErrors`), 400 for
 * an id that is none and for a document that is too large.
 */
export function addImport(
  app: FastifyInstance,
  identify: (request: FastifyRequest) => Promise<Actor>,
  imports: Imports,
): void {
  app.removeAllContentTypeParsers();
  // The body is read by the importer itself.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.post<{ Params: { calendarId: string } }>('/import/:calendarId', { bodyLimit: limit }, async (request) => {
    const actor = await identify(request);
    if (!actor.scopes.has('create_event')) {
      throw new RequestError('FORBIDDEN', 'Importing needs the scope create_event', { requiredScope: 'create_event' });
    }
    const calendarId = wellFormedId(request.params.calendarId, 'calendarId');
    let size = 0;
    const counted = new Transform({
      transform(part: Buffer, _encoding, done) {
        size += part.length;
        if (size > limit)
          done(new RequestError('BAD_USER_INPUT', `Expected at most ${limit} bytes, got more`, { argument: 'body' }));
        else done(null, part);
      },
    });
    request.raw.on('error', (error) => counted.destroy(error));
    return imports.importStream(actor, calendarId, request.raw.pipe(counted));
  });
}
