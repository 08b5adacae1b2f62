import { describe, expect, test } from '@jest/globals';
import type { ProviderError } from '../../../../datasources/providers/connector.ts';
import { found, multistatus, type PlainAnswer, type ScriptedRequest, stated } from '../../../setup/servers/scripted.ts';
import { calendar, single, toDo } from '../texts.ts';
import { escaped, scriptedSession } from './scripted-session.ts';

const etag = (value: string): string => `<d:getetag>"${value}"</d:getetag>`;
const data = (text: string): string => `<c:calendar-data>${escaped(text)}</c:calendar-data>`;
const token = (value: string): string => `<d:sync-token>${value}</d:sync-token>`;
const event = (name: string, version = '1'): string =>
  found(`/cal/${name}.ics`, etag(`${name}-${version}`) + data(single(name)));
const listed = (name: string, version = '1'): string => found(`/cal/${name}.ics`, etag(`${name}-${version}`));

/** Which request this is. */
function kind({ method, body }: ScriptedRequest): string {
  if (method === 'PROPFIND') return body.includes('getetag') ? 'list' : 'position';
  if (body.includes('sync-collection')) return 'changes';
  if (body.includes('calendar-multiget')) return 'multiget';
  return body.includes('calendar-data') ? 'everything' : 'etags';
}

type Answers = Readonly<Record<string, PlainAnswer | ((request: ScriptedRequest) => PlainAnswer)>>;

/** A calendar that answers by kind of request; 501 to what is not there. */
function answering(answers: Answers) {
  return (request: ScriptedRequest): PlainAnswer => {
    const answer = answers[kind(request)];
    if (answer === undefined) return { status: 501 };
    return typeof answer === 'function' ? answer(request) : answer;
  };
}

const position = multistatus(found('/cal/', token('urn:now')));

async function refusal(attempt: Promise<unknown>): Promise<string> {
  return await attempt.then(
    () => 'none',
    (error: ProviderError) => error.code,
  );
}

describe('a first pull', () => {
  test('costs two calls', async () => {
    const { pull, server } = await scriptedSession(
      answering({ position, everything: multistatus(event('a'), event('b')) }),
    );
    expect(await pull(null)).toMatchObject({ uids: ['a', 'b'], token: 'urn:now', full: true, skipped: [] });
    expect(server.requests.map(kind)).toEqual(['position', 'everything']);
  });

  test('that would be too large is done in batches, and a single giant is named', async () => {
    const giant = 'x'.repeat(17 * 1024 * 1024);
    const { pull, server } = await scriptedSession(
      answering({
        position,
        everything: { status: 207, body: giant },
        etags: multistatus(...['a', 'b', 'giant', 'c', 'd'].map((name) => listed(name))),
        multiget: ({ body }) =>
          body.includes('giant')
            ? { status: 207, body: giant }
            : multistatus(...names(body).map((name) => event(name))),
      }),
      { batch: 3 },
    );
    const pulled = await pull(null);
    expect(pulled.uids).toEqual(['a', 'b', 'c', 'd']);
    expect(pulled.skipped).toHaveLength(1);
    expect(pulled.skipped[0]).toMatch(/^\/cal\/giant\.ics: the answer of .* is larger than/);
    expect(server.requests.map(kind).slice(0, 3)).toEqual(['position', 'everything', 'etags']);
  });

  test('works without calendar-query and without tokens, and says so in its position', async () => {
    const { pull, server } = await scriptedSession(
      answering({
        position: multistatus(found('/cal/', '')),
        list: multistatus(
          found('/cal/', '<d:resourcetype><d:collection/></d:resourcetype>'),
          found('/cal/sub/', '<d:resourcetype><d:collection/></d:resourcetype>'),
          found('/cal/todo.ics', `${etag('t')}<d:getcontenttype>text/calendar; component=vtodo</d:getcontenttype>`),
          listed('a'),
          listed('b'),
        ),
        multiget: ({ body }) => multistatus(...names(body).map((name) => event(name))),
      }),
    );
    const first = await pull(null);
    expect(first).toMatchObject({ uids: ['a', 'b'], token: 'etags:', full: true });
    server.requests.length = 0;
    const second = await pull(first.token, { '/cal/a.ics': '"a-1"', '/cal/b.ics': '"b-0"', '/cal/c.ics': '"c-1"' });
    expect(second).toMatchObject({ uids: ['b'], unchanged: ['/cal/a.ics'], removed: [], full: true });
    expect(server.requests.map(kind)).not.toContain('changes');
  });

  test('of an empty calendar is one empty page', async () => {
    const { pull } = await scriptedSession(answering({ position, everything: multistatus() }));
    expect(await pull(null)).toMatchObject({ pages: [{ resources: [], full: true }], token: 'urn:now' });
  });

  test('that is cut short is listed by other means', async () => {
    const { pull } = await scriptedSession(
      answering({
        position,
        everything: multistatus(event('a'), stated('/cal/', 507)),
        etags: multistatus(listed('a'), stated('/cal', 507)),
        list: multistatus(listed('a'), listed('b')),
        multiget: ({ body }) => multistatus(...names(body).map((name) => event(name))),
      }),
    );
    expect((await pull(null)).uids).toEqual(['a', 'b']);
  });
});

describe('changes', () => {
  test('come with their data in one call', async () => {
    const { pull, server } = await scriptedSession(
      answering({ changes: multistatus(event('a'), stated('/cal/gone.ics', 404), token('urn:2')) }),
    );
    expect(await pull('urn:1')).toMatchObject({ uids: ['a'], removed: ['/cal/gone.ics'], token: 'urn:2', full: false });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.body).toContain('urn:1');
  });

  test('are downloaded where the server only lists them', async () => {
    const { pull, server } = await scriptedSession(
      answering({
        changes: multistatus(listed('a'), listed('b'), listed('c'), listed('d'), token('urn:2')),
        multiget: () =>
          multistatus(
            event('a'),
            stated('/cal/b.ics', 404),
            stated('/cal/c.ics', 403),
            event('a', '2'),
            event('uninvited'),
            event('../../etc/passwd'),
          ),
      }),
    );
    expect(await pull('urn:1')).toMatchObject({
      uids: ['a'],
      removed: ['/cal/b.ics'],
      skipped: [
        '/cal/c.ics: the server delivered no data (HTTP 403)',
        '/cal/d.ics: the server listed it and did not deliver it',
      ],
    });
    expect(server.requests.map(kind)).toEqual(['changes', 'multiget']);
  });

  test('go on from the token of an answer that was cut short; the later word counts', async () => {
    const rounds: Record<string, PlainAnswer> = {
      'urn:1': multistatus(event('a'), event('b'), stated('/cal/', 507), token('urn:2')),
      'urn:2': multistatus(stated('/cal/a.ics', 404), event('c'), stated('/cal', 507), token('urn:3')),
      'urn:3': multistatus(event('d'), token('urn:4')),
    };
    const { pull } = await scriptedSession(
      answering({ changes: ({ body }) => rounds[/urn:\d/.exec(body)?.[0] ?? ''] ?? { status: 500 } }),
    );
    expect(await pull('urn:1')).toMatchObject({ uids: ['b', 'c', 'd'], removed: ['/cal/a.ics'], token: 'urn:4' });
  });

  test('without an end are given up', async () => {
    const { pull } = await scriptedSession(
      answering({ changes: multistatus(event('a'), stated('/cal/', 507), token('urn:1')) }),
    );
    expect(await refusal(pull('urn:1'))).toBe('MALFORMED_ANSWER');
  });

  test('too large for one answer are listed first', async () => {
    const { pull, server } = await scriptedSession(
      answering({
        changes: ({ body }) =>
          body.includes('calendar-data')
            ? { status: 207, body: 'x'.repeat(17 * 1024 * 1024) }
            : multistatus(listed('a'), token('urn:2')),
        multiget: multistatus(event('a')),
      }),
    );
    expect(await pull('urn:1')).toMatchObject({ uids: ['a'], token: 'urn:2', full: false });
    expect(server.requests.map(kind)).toEqual(['changes', 'changes', 'multiget']);
  });

  const refusals: [string, PlainAnswer][] = [
    ['403 valid-sync-token', { status: 403, body: '<error xmlns="DAV:"><valid-sync-token/></error>' }],
    ['409', { status: 409 }],
    ['400', { status: 400 }],
    ['404', { status: 404 }],
    ['410', { status: 410 }],
    ['412', { status: 412 }],
    ['500', { status: 500 }],
    ['501', { status: 501 }],
    ['a 207 that refuses inside', multistatus(stated('/cal/', 403))],
    ['a 207 without a token', multistatus(event('a'))],
  ];
  test.each(refusals)('a token refused by %s leads to a full pull of what differs', async (_name, changes) => {
    const { pull } = await scriptedSession(
      answering({
        changes,
        position,
        etags: multistatus(listed('a'), listed('b', '2'), listed('c')),
        multiget: ({ body }) => multistatus(...names(body).map((name) => event(name, '2'))),
      }),
    );
    expect(
      await pull('urn:old', { '/cal/a.ics': '"a-1"', '/cal/b.ics': '"b-1"', '/cal/z.ics': '"z-1"' }),
    ).toMatchObject({
      uids: ['b', 'c'],
      unchanged: ['/cal/a.ics'],
      removed: [],
      token: 'urn:now',
      full: true,
    });
  });

  test.each([
    [401, 'CREDENTIALS_REJECTED'],
    [429, 'THROTTLED'],
    [502, 'UNREACHABLE'],
    [503, 'THROTTLED'],
  ])('HTTP %i is no refused token but %s', async (status, code) => {
    const { pull, server } = await scriptedSession(() => ({ status }));
    expect(await refusal(pull('urn:1'))).toBe(code);
    expect(server.requests).toHaveLength(1);
  });
});

describe('what is in the answers', () => {
  test('the same resource is one, however it is written; others’ are none', async () => {
    const body = (name: string): string => etag(name) + data(single(name));
    const { pull } = await scriptedSession((request) =>
      answering({
        position,
        everything: multistatus(
          found('/cal/a%40x.ics', body('first')),
          found('/cal/a@x.ics', body('second')),
          found(`http://${request.headers.host}/cal/%61@x.ics`, body('third')),
          found('caf%c3%a9.ics', body('relative')),
          found('/cal/', body('itself')),
          found('/cal/../secret.ics', body('above')),
          found('/cal/%2e%2e/secret.ics', body('above, encoded')),
          found('/cal/sub/deep.ics', body('below')),
          found('/other/x.ics', body('elsewhere')),
          found('http://evil.example/cal/x.ics', body('another host')),
          found('//evil.example/cal/x.ics', body('another host, shorter')),
          found('http://alice:pw@127.0.0.1/cal/x.ics', body('with credentials')),
          found('', body('nowhere')),
          found(`/cal/${'x'.repeat(5000)}`, body('long')),
        ),
      })(request),
    );
    const { pages } = await pull(null);
    expect(pages.flatMap(({ resources }) => resources.map(({ remoteId, object }) => [remoteId, object.uid]))).toEqual([
      ['/cal/a@x.ics', 'third'],
      ['/cal/caf%C3%A9.ics', 'relative'],
    ]);
  });

  test('poison is named and the rest goes on', async () => {
    const two = calendar(...['one', 'two'].map((uid) => single(uid).split('\r\n').slice(3, -2).join('\r\n')));
    const { pull } = await scriptedSession(
      answering({
        position,
        everything: multistatus(
          event('good'),
          found('/cal/two.ics', etag('2') + data(two)),
          found('/cal/html.ics', etag('3') + data('<html>Sorry</html>')),
          found('/cal/undated.ics', etag('4') + data(single('undated').replace(/DTSTART.*\r\n/, ''))),
          found('/cal/todo.ics', etag('5') + data(toDo('todo'))),
        ),
      }),
    );
    const { uids, skipped } = await pull(null);
    expect(uids).toEqual(['good']);
    expect(skipped).toHaveLength(3);
    expect(skipped[0]).toBe('/cal/two.ics: one resource holds 2 uids: one, two');
    expect(skipped[1]).toMatch(/^\/cal\/html\.ics: /);
    expect(skipped[2]).toMatch(/^\/cal\/undated\.ics: /);
  });

  test('a weak etag is its strong form', async () => {
    const { pull } = await scriptedSession(
      answering({
        position,
        everything: multistatus(found('/cal/a.ics', `<d:getetag>W/"x"</d:getetag>${data(single('a'))}`)),
      }),
    );
    expect((await pull(null)).pages[0]?.resources[0]?.etag).toBe('"x"');
  });
});

test('one page is fetched ahead, and no more', async () => {
  const all = Array.from({ length: 50 }, (_, index) => `e${index}`);
  const {
    connector,
    session,
    calendar: url,
    server,
  } = await scriptedSession(
    answering({
      position,
      etags: multistatus(...all.map((name) => listed(name))),
      multiget: ({ body }) => multistatus(...names(body).map((name) => event(name))),
    }),
    { batch: 10 },
  );
  const known = async () => new Map([['/cal/none.ics', '"0"']]);
  let consumed = 0;
  for await (const page of connector.pull(session, url, null, known)) {
    consumed += 1;
    const multigets = (): number => server.requests.filter((request) => kind(request) === 'multiget').length;
    const expected = Math.min(consumed + 1, 5);
    while (multigets() < expected) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(multigets()).toBe(expected);
    expect(page.resources).toHaveLength(10);
    expect(page.syncToken).toBe(consumed === 5 ? 'urn:now' : null);
  }
  expect(consumed).toBe(5);
});

/** The names that a multiget asks for. */
function names(body: string): string[] {
  return [...body.matchAll(/<d:href>\/cal\/(.*?)\.ics<\/d:href>/g)].map((match) => match[1] ?? '');
}
