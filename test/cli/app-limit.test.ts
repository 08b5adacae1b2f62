/** `meridian app limit` and `meridian app member`. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applicationLimits } from '../../auth/limits/application-limits.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { askOn } from './in-process.ts';

let fresh: FreshStore;
let clientId: string;
let applicationId: string;
beforeAll(async () => {
  fresh = await freshStore();
  ({ clientId, id: applicationId } = await run('app', 'create', 'Shop', '--unit', 'Shops'));
});
afterAll(() => fresh.drop());

const run = (...parameters: string[]) => askOn(fresh, parameters);
const usual = { perSecond: 50, perMinute: 500 };
/** What a service that has just started goes by. */
const inForce = () => applicationLimits(fresh.store, usual)(applicationId);

describe('limits', () => {
  test('of its own, one of them or both, for good or for a time, and back', async () => {
    expect(await inForce()).toEqual(usual);
    expect(await run('app', 'limit', clientId, '--per-second', '5')).toMatchObject({
      code: 0,
      perSecond: 5,
      perMinute: null,
      until: null,
    });
    expect(await inForce()).toEqual({ perSecond: 5, perMinute: 500 });
    const timed = await run('app', 'limit', clientId, '--per-second', '0', '--per-minute', '9000', '--for', 'PT1H');
    expect(Date.parse(timed.until) - Date.now()).toBeGreaterThan(3_500_000);
    expect(await inForce()).toEqual({ perSecond: 0, perMinute: 9000 });
    await fresh.superuser('update application set limit_until = now()');
    expect(await inForce()).toEqual(usual);
    await run('app', 'limit', clientId, '--per-minute', '1');
    expect(await run('app', 'limit', clientId, '--default')).toMatchObject({ perSecond: null, perMinute: null });
    expect(await inForce()).toEqual(usual);
  });

  test.each([
    [[], 2, 'LIMITS'],
    [['--default', '--per-second', '1'], 2, 'LIMITS'],
    [['--default', '--for', 'PT1H'], 2, 'LIMITS'],
    [['--for', 'PT1H'], 2, 'LIMITS'],
    [['--per-second', '-1'], 2, 'PER_SECOND'],
    [['--per-second', '1.5'], 2, 'PER_SECOND'],
    [['--per-minute', '1000001'], 2, 'PER_MINUTE'],
    [['--per-second', '1', '--for', 'tomorrow'], 2, 'DURATION'],
    [['--per-second', '1', '--for', 'PT0S'], 2, 'DURATION'],
  ])('%j: exit %d, %s, and nothing is changed', async (parameters, code, error) => {
    expect(await run('app', 'limit', clientId, ...parameters)).toMatchObject({ code, error: { code: error } });
    expect(await inForce()).toEqual(usual);
  });

  test('of nobody there are none', async () => {
    expect(await run('app', 'limit', 'nobody', '--default')).toMatchObject({ code: 1, error: { code: 'NOT_FOUND' } });
  });
});

describe('members', () => {
  const member = (...parameters: string[]) => run('app', 'member', 'Shops', ...parameters);

  test('are added, given another role, listed by role, removed', async () => {
    await member('add', 'zoe@example.com', 'support');
    await member('add', ' Ada@Example.com', 'owner');
    await member('add', 'bo@example.com', 'DEVELOPER');
    expect((await member('add', 'zoe@example.com', 'admin')).members).toEqual([
      { email: 'ada@example.com', role: 'OWNER' },
      { email: 'zoe@example.com', role: 'ADMIN' },
      { email: 'bo@example.com', role: 'DEVELOPER' },
    ]);
    expect((await member('remove', 'BO@example.com')).members).toHaveLength(2);
    expect((await member('list')).members).toHaveLength(2);
  });

  test.each([
    [['remove', 'ada@example.com'], 1, 'INVALID'],
    [['add', 'ada@example.com', 'support'], 1, 'INVALID'],
    [['remove', 'nobody@example.com'], 1, 'INVALID'],
    [['add', 'nobody', 'owner'], 1, 'INVALID'],
    [['add', 'x@example.com', 'king'], 1, 'INVALID'],
    [['add', 'x@example.com'], 2, 'MEMBER'],
    [['list', 'x@example.com'], 2, 'MEMBER'],
    [['promote', 'x@example.com'], 2, 'MEMBER'],
  ])('%j: exit %d, %s; the last owner stays, nobody is added', async (parameters, code, error) => {
    expect(await member(...parameters)).toMatchObject({ code, error: { code: error } });
    expect((await member('list')).members).toHaveLength(2);
  });

  test('of a unit that is not there there are none', async () => {
    expect(await run('app', 'member', 'Nowhere', 'list')).toMatchObject({ code: 1, error: { code: 'NOT_FOUND' } });
  });
});
