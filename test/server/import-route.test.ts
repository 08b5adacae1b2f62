/** `POST /import/{calendarId}` by itself: what is refused before anything is imported. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FastifyInstance, fastify } from 'fastify';
import { addFailureHandlers } from '../../server/http/failures.ts';
import { addImport } from '../../server/import-route.ts';
import { createLog } from '../../server/log.ts';

let app: FastifyInstance;
const asked: string[] = [];
beforeAll(async () => {
  app = fastify();
  addFailureHandlers(app, createLog('silent'));
  const actor = { scopes: new Set(['create_event']) } as never;
  const nothing = { created: 0, updated: 0, unchanged: 0, skipped: [], userErrors: [] };
  await app.register(async (scope) =>
    addImport(scope, async () => actor, {
      importText: async () => nothing,
      importStream: async (_actor, calendarId, stream) => {
        asked.push(calendarId);
        for await (const part of stream) void part;
        return nothing;
      },
    }),
  );
});
afterAll(() => app.close());

const post = (calendarId: string) =>
  app.inject({
    method: 'POST',
    url: `/import/${calendarId}`,
    payload: 'BEGIN:VCALENDAR',
    headers: { 'content-type': 'text/calendar' },
  });

describe('an id that is none', () => {
  test.each(['nope', 'cal_%00', 'cal_01m821r8132avq9dgmyg7bjswt%27', '%20'])('%s is 400 that names it', async (id) => {
    const response = await post(id);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', argument: 'calendarId' } }],
    });
    expect(asked).toEqual([]);
  });
});

test('a well-formed one reaches the importer, with its body', async () => {
  const response = await post('cal_01m821r8132avq9dgmyg7bjswt');
  expect(response.statusCode).toBe(200);
  expect(asked).toEqual(['cal_01m821r8132avq9dgmyg7bjswt']);
});
