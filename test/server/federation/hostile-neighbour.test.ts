/** What a neighbour says that it must not: none of it stops this service, is told of another object, or reaches a client as it is. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RequestError } from '../../../domain/errors.ts';
import { readAnswer } from '../../../server/federation/subgraph-answer.ts';
import { applicationCalendar, type Loose } from '../../setup/graph.ts';
import type { Asked } from '../../setup/servers/neighbour.ts';
import { type GatewayWorld, openGateway } from './gateway-world.ts';

const joined = '{ accounts { nodes { id employee { name } } } meridian { version } }';
const limits = { timeout: 2_000, maximumBytes: 1024 * 1024, failures: 1_000, pause: 1_000 };
let world: GatewayWorld;
let accounts: string[];
beforeAll(async () => {
  world = await openGateway({ limits });
  accounts = [];
  for (let i = 0; i < 3; i++) accounts.push((await applicationCalendar(world.graph, `place ${i}`)).accountId);
}, 60_000);
afterEach(() => world.neighbour.instead(null));
afterAll(() => world.close());

const says = (body: unknown, status = 200) =>
  world.neighbour.instead((_asked, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body)),
  );
const entities = (list: unknown, more: object = {}) => ({ data: { _entities: list }, ...more });
const right = (asked: Asked) =>
  (asked.variables['representations'] as { id: string }[]).map(({ id }) => ({
    __typename: 'CalendarAccount',
    employee: { __typename: 'Employee', id, name: `Employee ${id}` },
  }));
const deep = (levels: number) => `{"data":{"_entities":[${'{"employee":'.repeat(levels)}null${'}'.repeat(levels)}]}}`;

describe('an answer', () => {
  const unusable: [string, () => void, RegExp][] = [
    ['of HTML', () => says('<html><body>secret.ts</body></html>'), /no GraphQL answer/],
    ['of HTML with 502', () => says('<html>secret.ts</html>', 502), /error of HTTP/],
    ['that is empty', () => says(''), /no GraphQL answer/],
    ['of broken JSON', () => says('{"data":'), /no GraphQL answer/],
    ['that is a list', () => says([]), /no GraphQL answer/],
    ['that is a text', () => says('"data"'), /no GraphQL answer/],
    ['whose data is a list', () => says({ data: [] }), /no GraphQL answer/],
    ['whose data is a text', () => says({ data: 'secret.ts' }), /no GraphQL answer/],
    ['whose errors are an object', () => says({ data: null, errors: {} }), /no GraphQL answer/],
    ['with too few entities', () => says(entities([])), /another number of entities/],
    ['with too many entities', () => says(entities(Array(40).fill(null))), /another number of entities/],
    ['whose entities are an object', () => says(entities({})), /another number of entities/],
    ['whose entities are texts', () => says(entities(['a', 'b', 'c'])), /another type/],
    ['of another type', () => says(entities(Array(3).fill({ __typename: 'Employee' }))), /another type/],
    ['that is too deep', () => says(deep(20_000)), /no GraphQL answer/],
    ['that is too large', () => says(`{"data":null,"x":"${'x'.repeat(2 * 1024 * 1024)}"}`), /more than is read/],
    [
      'that redirects',
      () =>
        world.neighbour.instead((_asked, response) =>
          response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
        ),
      /error of HTTP/,
    ],
    ['that does not come', () => world.neighbour.instead(() => {}), /in time/],
    ['that stops half-way', () => world.neighbour.instead((_asked, response) => response.write('{"data":')), /in time/],
    ['that is cut', () => world.neighbour.instead((_asked, response) => response.destroy()), /cannot be reached/],
  ];
  test.each(unusable)('%s is null with the neighbour’s name, and ours is whole', async (_what, say, message) => {
    say();
    const { data, errors } = await world.run(joined);
    expect(data.meridian.version).toMatch(/\d/);
    expect(data.accounts.nodes.map(({ employee }: Loose) => employee)).toEqual([null, null, null]);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'UNAVAILABLE',
        subgraph: 'employees',
        retryAfter: 1,
        message: expect.stringMatching(message),
      });
      expect(error.path.slice(0, 2)).toEqual(['accounts', 'nodes']);
    }
    expect(JSON.stringify(errors)).not.toMatch(/secret|127\.0\.0\.1|localhost/);
  });

  test.each<[string, (asked: Asked) => unknown]>([
    [
      'a number for a text',
      (asked) => right(asked).map((one) => ({ ...one, employee: { ...one.employee, name: { x: 1 } } })),
    ],
    ['a list for an object', (asked) => right(asked).map((one) => ({ ...one, employee: [one.employee] }))],
    ['a text for an object', (asked) => right(asked).map((one) => ({ ...one, employee: 'text' }))],
  ])('with %s is null with an error', async (_what, list) => {
    world.neighbour.instead((asked, response) => response.end(JSON.stringify(entities(list(asked)))));
    const { data, errors } = await expectInternal(() => world.run(joined));
    expect(data.meridian.version).toMatch(/\d/);
    for (const { employee } of data.accounts.nodes) expect(employee === null || employee.name === null).toBe(true);
    expect(errors.length).toBeGreaterThan(0);
  });

  test('with null for what may not be null is null with an error that says so', async () => {
    world.neighbour.instead((asked, response) =>
      response.end(
        JSON.stringify(entities(right(asked).map((one) => ({ ...one, employee: { ...one.employee, name: null } })))),
      ),
    );
    const { data, errors } = await world.run(joined);
    expect(data.accounts.nodes.map(({ employee }: Loose) => employee)).toEqual([null, null, null]);
    expect(errors).toMatchObject(
      [0, 1, 2].map((i) => ({ code: 'UNAVAILABLE', path: ['accounts', 'nodes', i, 'employee', 'name'] })),
    );
  });

  test('with null for a reference is null and no error', async () => {
    world.neighbour.instead((asked, response) => response.end(JSON.stringify(entities(right(asked).map(() => null)))));
    const { data, errors } = await world.run(joined);
    expect([errors, data.accounts.nodes.map(({ employee }: Loose) => employee)]).toEqual([[], [null, null, null]]);
  });

  test('with fields that nobody asked for, and names of prototypes, changes nothing', async () => {
    world.neighbour.instead((asked, response) =>
      response.end(
        `{"data":{"_entities":${JSON.stringify(right(asked))},"__proto__":{"polluted":1},"other":[1]},"extensions":{"__proto__":{"polluted":1}},
          "errors":[{"message":"m","path":["__proto__","polluted"],"extensions":{"code":"ODD"}},{"message":"n","path":["_entities","__proto__","x"]},{"message":7,"path":7},null,"text"]}`,
      ),
    );
    const { data, errors } = await world.run(joined);
    expect(({} as Loose).polluted).toBeUndefined();
    expect(data.accounts.nodes.map(({ employee }: Loose) => employee?.name)).toEqual(
      accounts.map((id) => `Employee ${id}`),
    );
    for (const error of errors) expect(error).toMatchObject({ code: 'UNAVAILABLE', subgraph: 'employees' });
  });

  test('with thousands of errors tells some', async () => {
    says({
      data: null,
      errors: Array.from({ length: 5_000 }, (_, i) => ({ message: `e${i}`, extensions: { code: 'X' } })),
    });
    const { errors } = await world.run(joined);
    expect(errors.length).toBeLessThanOrEqual(300);
  });
});

/** The seam reports what it masks; here that is expected. */
async function expectInternal<T>(work: () => Promise<T>): Promise<T> {
  const answer = await work();
  await world.graph.run('{ meridian { version } }').catch(() => undefined);
  return answer;
}

describe('a neighbour’s own error', () => {
  const failing = (extensions: object | undefined, message = 'words of the neighbour') =>
    world.neighbour.instead((asked, response) =>
      response.end(
        JSON.stringify(
          entities(
            right(asked).map((one, i) => (i === 1 ? { ...one, employee: null } : one)),
            {
              errors: [
                { message, path: ['_entities', 1, 'employee'], ...(extensions === undefined ? {} : { extensions }) },
              ],
            },
          ),
        ),
      ),
    );
  const path = ['accounts', 'nodes', 1, 'employee'];

  test.each<[string, object | undefined, object]>([
    [
      'of the catalogue',
      { code: 'FORBIDDEN', requiredScope: 'hr', stacktrace: ['secret.ts'] },
      { code: 'FORBIDDEN', requiredScope: 'hr', message: 'the subgraph employees: words of the neighbour' },
    ],
    [
      'of its own',
      { code: 'ON_LEAVE' },
      { code: 'UNAVAILABLE', subgraphCode: 'ON_LEAVE', message: 'the subgraph employees: words of the neighbour' },
    ],
    [
      'that is none',
      { code: 'lower case; <b>' },
      { code: 'UNAVAILABLE', message: 'the subgraph employees: answered an error' },
    ],
    [
      'of a fault',
      { code: 'INTERNAL_SERVER_ERROR', exception: { stacktrace: ['secret.ts'] } },
      { code: 'UNAVAILABLE', message: 'the subgraph employees: answered an error' },
    ],
    ['at all', undefined, { code: 'UNAVAILABLE', message: 'the subgraph employees: answered an error' }],
  ])('with a code %s comes to its place', async (_what, extensions, told) => {
    failing(extensions);
    const { data, errors } = await world.run(joined);
    expect(errors).toEqual([expect.objectContaining({ ...told, path, subgraph: 'employees' })]);
    expect(data.accounts.nodes.map(({ employee }: Loose) => employee === null)).toEqual([false, true, false]);
    expect(JSON.stringify(errors)).not.toContain('secret.ts');
  });

  test('is told in bounds, and in one line', async () => {
    failing({ code: 'LONG' }, `a\n\u0000b\u202e${'x'.repeat(5_000)}`);
    const { errors } = await world.run(joined);
    expect(errors[0].message).toMatch(/^the subgraph employees: a b x{490,500}$/);
  });

  test('of several fields of one object comes to each', async () => {
    const { data, errors } = await world.run(
      `{ a: account(id: "${accounts[0]}") { first: salary second: salary employee { name } } }`,
    );
    expect(data.a).toMatchObject({ first: null, second: null, employee: { name: `Employee ${accounts[0]}` } });
    expect(errors.map((error: Loose) => [error.path, error.code])).toEqual([
      [['a', 'first'], 'UNAVAILABLE'],
      [['a', 'second'], 'UNAVAILABLE'],
    ]);
    expect(JSON.stringify(errors)).not.toContain('secret.ts');
  });
});

describe('a neighbour that fails again and again', () => {
  test('is left alone for a while, then tried once', async () => {
    const clock = { now: 0 };
    const fragile = await openGateway({ limits: { ...limits, failures: 3, pause: 1_000 }, now: () => clock.now });
    try {
      fragile.neighbour.instead((_asked, response) => response.writeHead(500).end());
      const ask = () => fragile.run('{ employee(id: "1") { name } }');
      for (let i = 0; i < 3; i++) expect((await ask()).errors[0].message).toMatch(/error of HTTP/);
      expect(fragile.gateway.neighbours()).toMatchObject([{ name: 'employees', isAway: true }]);
      for (let i = 0; i < 5; i++) {
        expect((await ask()).errors).toMatchObject([
          { code: 'UNAVAILABLE', retryAfter: 1, message: expect.stringMatching(/left alone/) },
        ]);
      }
      expect(fragile.neighbour.asked).toHaveLength(3);
      // Ours is answered meanwhile.
      expect((await fragile.run('{ meridian { version } employee(id: "1") { name } }')).data.meridian.version).toMatch(
        /\d/,
      );
      clock.now += 1_000;
      const [first, second] = await Promise.all([ask(), ask()]);
      expect([first, second].filter(({ errors }) => /left alone/.test(errors[0].message))).toHaveLength(1);
      expect(fragile.neighbour.asked).toHaveLength(4);
      fragile.neighbour.instead(null);
      clock.now += 1_000;
      expect((await ask()).data).toEqual({ employee: { name: 'Employee 1' } });
      expect(fragile.gateway.neighbours()).toMatchObject([{ isAway: false }]);
    } finally {
      await fragile.close();
    }
  }, 60_000);
});

test('whatever text comes is an answer that can be used, no answer, or a refusal with the name', () => {
  const form = {
    subgraph: 'x',
    roots: new Set(['a', '_entities']),
    references: new Map([['_entities', [{ __typename: 'T' }]]]),
  };
  const part = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.array(tie('value')),
      fc.dictionary(
        fc.constantFrom('data', 'errors', '_entities', 'a', '__typename', 'path', '__proto__'),
        tie('value'),
      ),
    ),
  })).value;
  fc.assert(
    fc.property(
      fc.oneof(
        part.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      (text) => {
        try {
          const answer = readAnswer(text, form);
          if (answer === null) return;
          expect(Object.keys(answer.data ?? {}).filter((key) => !form.roots.has(key))).toEqual([]);
          for (const error of answer.errors ?? []) expect(error.originalError).toBeInstanceOf(RequestError);
        } catch (error) {
          expect(error).toBeInstanceOf(RequestError);
          expect((error as RequestError).details['subgraph']).toBe('x');
        }
      },
    ),
    { seed: 7, numRuns: 3_000 },
  );
});
