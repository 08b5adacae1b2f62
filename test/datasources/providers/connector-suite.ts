/** What every connector must do, run against the one in memory and against real servers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type {
  Connector,
  ProviderError,
  ProviderSession,
  PullPage,
  RemoteCalendar,
  RemoteResource,
} from '../../../datasources/providers/connector.ts';
import { objectOf, series, single, toDo } from './texts.ts';

/** Another client of the same calendars, which knows nothing of ours. */
export interface ForeignClient {
  /** Answers the HTTP status. */
  put(calendarRemoteId: string, name: string, text: string): Promise<number>;
  get(calendarRemoteId: string, name: string): Promise<string | null>;
  delete(calendarRemoteId: string, name: string): Promise<void>;
  /** The remoteId of what `put` stored. */
  remoteId(calendarRemoteId: string, name: string): string;
}

export interface SuiteTarget {
  readonly connector: Connector;
  readonly credential: ProviderSession['credential'];
  readonly foreign: ForeignClient;
  /** Any of these leads to the same calendars. */
  readonly entryUrls: readonly string[];
  readonly checksPasswords: boolean;
  readonly schedules: boolean;
  /** Calls of a pull that finds one changed event; 1 where the server delivers data with the changes. */
  readonly callsOfOneChange: number;
  readonly freeBusy: boolean;
  /** Whether it keeps CALDAV:calendar-timezone. */
  readonly keepsTimeZone: boolean;
}

const window = { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 3, 1) };
const nothingKnown = async () => new Map<string, string | null>();

export function connectorSuite(target: () => SuiteTarget): void {
  let session: ProviderSession;
  let calls = 0;
  let work: RemoteCalendar;
  let count = 0;
  /** A uid that no other test uses. */
  const uid = (name: string): string => `${name}-${count++}@example.test`;

  async function counted<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly calls: number }> {
    calls = 0;
    const result = await run();
    return { result, calls };
  }

  async function pulled(token: string | null, known: ReadonlyMap<string, string | null> = new Map()) {
    const pages: PullPage[] = [];
    for await (const page of target().connector.pull(session, work.remoteId, token, async () => known))
      pages.push(page);
    const resources = pages.flatMap((page) => page.resources);
    return {
      pages,
      resources,
      byUid: new Map(resources.map((resource) => [resource.object.uid, resource])),
      removed: pages.flatMap((page) => page.removed),
      unchanged: pages.flatMap((page) => page.unchanged),
      skipped: pages.flatMap((page) => page.skipped),
      token: pages.at(-1)?.syncToken ?? null,
      full: pages.every((page) => page.full),
    };
  }

  async function written(text: string): Promise<RemoteResource> {
    const request = { remoteId: null, etag: null, raw: null, object: objectOf(text) };
    return { ...(await target().connector.write(session, work.remoteId, request)), skipped: [] };
  }

  const refusal = async (attempt: Promise<unknown>): Promise<ProviderError['code'] | null> =>
    await attempt.then(
      () => null,
      (error: ProviderError) => error.code,
    );

  beforeAll(async () => {
    const { connector, credential } = target();
    session = {
      profileId: 'pro_suite',
      applicationId: 'app_suite',
      credential,
      principal: null,
      onCall: () => {
        calls += 1;
      },
    };
    session = { ...session, principal: await connector.connect(session) };
    work = await connector.createCalendar(session, {
      name: 'Work & "life"',
      color: '#3366CC',
      timeZone: 'Europe/London',
    });
  });

  afterAll(async () => {
    await target().connector.deleteCalendar(session, work.remoteId);
  });

  describe('discovery', () => {
    test('finds the same home from every URL of the server', async () => {
      const { connector, entryUrls, credential } = target();
      for (const serverUrl of [...entryUrls, work.remoteId]) {
        const given = credential.kind === 'basic' ? { ...credential, serverUrl } : credential;
        const found = await connector.connect({ ...session, principal: null, credential: given });
        expect({ serverUrl, homeUrl: found.homeUrl }).toEqual({ serverUrl, homeUrl: session.principal?.homeUrl });
      }
    });

    test('says whether the server schedules', () => {
      expect(session.principal?.schedules).toBe(target().schedules);
    });

    test('a wrong password is named as such', async () => {
      const { connector, credential, checksPasswords } = target();
      if (!checksPasswords || credential.kind !== 'basic') return;
      const attempt = connector.connect({ ...session, principal: null, credential: { ...credential, password: 'no' } });
      await expect(attempt).rejects.toMatchObject({ name: 'ProviderError', code: 'CREDENTIALS_REJECTED' });
    });
  });

  describe('calendars', () => {
    test('lists what was created, in one call', async () => {
      const { result, calls } = await counted(() => target().connector.calendars(session));
      expect(calls).toBe(1);
      const found = result.find(({ remoteId }) => remoteId === work.remoteId);
      expect(found).toMatchObject({ name: 'Work & "life"', color: '#3366CC', readOnly: false });
      expect(found?.timeZone).toBe(target().keepsTimeZone ? 'Europe/London' : null);
      expect(result.filter(({ primary }) => primary)).toHaveLength(1);
      expect(new Set(result.map(({ remoteId }) => remoteId)).size).toBe(result.length);
    });

    test('a deleted one is not listed, and deleting it twice is no error', async () => {
      const { connector } = target();
      const made = await connector.createCalendar(session, { name: 'Short', color: null, timeZone: null });
      await connector.deleteCalendar(session, made.remoteId);
      await connector.deleteCalendar(session, made.remoteId);
      const ids = (await connector.calendars(session)).map(({ remoteId }) => remoteId);
      expect(ids).not.toContain(made.remoteId);
    });

    test('the change tag moves with every event, and not without', async () => {
      const { connector } = target();
      const tag = async (): Promise<string | null> =>
        (await connector.calendars(session)).find(({ remoteId }) => remoteId === work.remoteId)?.changeTag ?? null;
      const before = await tag();
      expect(await tag()).toBe(before);
      await written(single(uid('tag')));
      expect(await tag()).not.toBe(before);
    });

    test('what is pulled from a calendar that is not there is NOT_FOUND', async () => {
      const nowhere = work.remoteId.replace(/[^/]+\/$/, 'nowhere/');
      const pages = target().connector.pull(session, nowhere, null, nothingKnown);
      expect(await refusal(pages[Symbol.asyncIterator]().next())).toBe('NOT_FOUND');
    });
  });

  describe('writing', () => {
    test('creates, reads, changes and removes', async () => {
      const { connector } = target();
      const id = uid('life');
      const created = await written(single(id));
      expect(created.etag).not.toBeNull();
      expect(created.object).toMatchObject({ uid: id, master: { summary: 'Lunch' } });

      const read = await connector.read(session, work.remoteId, created.remoteId);
      expect(read?.object.master).toEqual(created.object.master);
      expect(read?.etag).toBe(created.etag);

      const changed = await connector.write(session, work.remoteId, {
        remoteId: created.remoteId,
        etag: created.etag,
        raw: created.raw,
        object: objectOf(single(id, 'Long lunch')),
      });
      expect(changed).toMatchObject({ remoteId: created.remoteId, object: { master: { summary: 'Long lunch' } } });
      expect(changed.etag).not.toBe(created.etag);

      expect(await connector.remove(session, work.remoteId, created.remoteId, changed.etag)).toBe('removed');
      expect(await connector.remove(session, work.remoteId, created.remoteId, changed.etag)).toBe('gone');
      expect(await connector.remove(session, work.remoteId, created.remoteId, null)).toBe('gone');
      expect(await connector.read(session, work.remoteId, created.remoteId)).toBeNull();
    });

    test('does not create over what is there', async () => {
      const text = single(uid('twice'));
      await written(text);
      expect(await refusal(written(text))).toBe('CONFLICT');
    });

    test('does not change what changed since', async () => {
      const { connector } = target();
      const id = uid('stale');
      const first = await written(single(id));
      const request = { remoteId: first.remoteId, etag: first.etag, raw: first.raw };
      await connector.write(session, work.remoteId, { ...request, object: objectOf(single(id, 'Second')) });
      const late = connector.write(session, work.remoteId, { ...request, object: objectOf(single(id, 'Third')) });
      expect(await refusal(late)).toBe('CONFLICT');
      expect(await refusal(connector.remove(session, work.remoteId, first.remoteId, first.etag))).toBe('CONFLICT');
      const now = await connector.read(session, work.remoteId, first.remoteId);
      expect(now?.object.master?.summary).toBe('Second');
    });

    test('takes uids that are no file names', async () => {
      for (const id of ['a/b?c#d%20e@x', 'ünï çødé', '..', 'with "quotes" & <brackets>', 'x'.repeat(300)]) {
        const made = await written(single(`${id}${count++}`));
        const again = await target().connector.read(session, work.remoteId, made.remoteId);
        expect(again?.object.uid).toBe(made.object.uid);
      }
    });

    test('a series keeps its exceptions, and what we know nothing of survives our rewriting', async () => {
      const { connector, foreign } = target();
      const id = uid('series');
      expect(await foreign.put(work.remoteId, 'series', series(id))).toBeLessThan(300);
      const before = await connector.read(session, work.remoteId, foreign.remoteId(work.remoteId, 'series'));
      if (before?.object.master == null) throw new Error('the series is not there');
      const original = objectOf(series(id));
      expect(before.object.master).toEqual(original.master);
      expect(before.object.exceptions).toEqual(original.exceptions);

      const object = { ...before.object, master: { ...before.object.master, summary: 'Renamed' } };
      const after = await connector.write(session, work.remoteId, { ...before, object });
      expect(after.object.master).toEqual(object.master);
      expect(after.object.exceptions).toEqual(original.exceptions);
      const text = (await foreign.get(work.remoteId, 'series'))?.replaceAll(/\r?\n[ \t]/g, '') ?? '';
      expect(text).toContain('SUMMARY:Renamed');
      expect(text).toMatch(/^X-ANOTHER-CLIENT;X-PARAMETER="?1"?:kept\r?$/m);
      expect(text).toMatch(/^X-ALARM-OF-ANOTHER:kept too\r?$/m);
      expect(text).toMatch(/^X-ON-THE-EXCEPTION:kept as well\r?$/m);
    });
  });

  describe('changes', () => {
    test('a first pull lists everything with a position, a second one nothing', async () => {
      const id = uid('first');
      const made = await written(single(id));
      const first = await pulled(null);
      expect(first.full).toBe(true);
      expect(first.byUid.get(id)).toMatchObject({ remoteId: made.remoteId, etag: made.etag });
      expect(first.token).not.toBeNull();
      expect(first.pages.slice(0, -1).every((page) => page.syncToken === null)).toBe(true);

      const second = await pulled(first.token);
      expect(second).toMatchObject({ full: false, resources: [], removed: [], unchanged: [], skipped: [] });
      expect(second.token).not.toBeNull();
    });

    test("another client's new, changed and removed events are told, and nothing else", async () => {
      const { foreign } = target();
      const [kept, changed, gone, added] = [uid('kept'), uid('changed'), uid('gone'), uid('added')];
      for (const [name, id] of [
        ['kept', kept],
        ['changed', changed],
        ['gone', gone],
      ] as const) {
        await foreign.put(work.remoteId, name, single(id));
      }
      const { token } = await pulled(null);
      await foreign.put(work.remoteId, 'changed', single(changed, 'Elsewhere'));
      await foreign.delete(work.remoteId, 'gone');
      await foreign.put(work.remoteId, 'added', single(added));

      const delta = await pulled(token);
      expect(delta.full).toBe(false);
      expect([...delta.byUid.keys()].sort()).toEqual([added, changed].sort());
      expect(delta.byUid.get(changed)?.object.master?.summary).toBe('Elsewhere');
      expect(delta.removed).toEqual([foreign.remoteId(work.remoteId, 'gone')]);
    });

    test('our own write comes back under the remoteId and etag that it was answered with', async () => {
      const { token } = await pulled(null);
      const made = await written(single(uid('own')));
      const delta = await pulled(token);
      expect(delta.resources.map(({ remoteId, etag }) => ({ remoteId, etag }))).toEqual([
        { remoteId: made.remoteId, etag: made.etag },
      ]);
    });

    test('an unknown position becomes a full pull that downloads only what differs', async () => {
      const { foreign } = target();
      const [old, fresh] = [uid('old'), uid('fresh')];
      await foreign.put(work.remoteId, 'old', single(old));
      const first = await pulled(null);
      const known = new Map(first.resources.map(({ remoteId, etag }) => [remoteId, etag]));
      await foreign.put(work.remoteId, 'fresh', single(fresh));
      for (const position of ['bogus', 'data:,0-0', 'http://example.org/ns/sync/99999999']) {
        const again = await pulled(position, known);
        expect(again.full).toBe(true);
        expect([...again.byUid.keys()]).toEqual([fresh]);
        expect(again.unchanged.toSorted()).toEqual([...known.keys()].toSorted());
      }
      await foreign.delete(work.remoteId, 'fresh');
    });

    test('to-dos are neither listed nor complained about', async () => {
      const { foreign } = target();
      const { token } = await pulled(null);
      if ((await foreign.put(work.remoteId, 'todo', toDo(uid('todo')))) >= 300) return;
      const [delta, full] = [await pulled(token), await pulled(null)];
      expect(delta).toMatchObject({ resources: [], skipped: [] });
      expect(full.skipped).toEqual([]);
      expect([...full.byUid.keys()].some((id) => id.startsWith('todo'))).toBe(false);
    });

    test('a poll costs one call, and one changed event one more', async () => {
      const { connector, foreign, callsOfOneChange } = target();
      const poll = () => counted(() => connector.calendars(session));
      const { token } = await pulled(null);
      expect((await poll()).calls).toBe(1);
      await foreign.put(work.remoteId, 'polled', single(uid('polled')));
      expect((await poll()).calls).toBe(1);
      const delta = await counted(() => pulled(token));
      expect(delta.result.resources).toHaveLength(1);
      expect(delta.calls).toBe(callsOfOneChange);
    });

    test('many events come in pages', async () => {
      const { foreign } = target();
      const ids = Array.from({ length: 30 }, (_, index) => uid(`many-${index}`));
      for (const [index, id] of ids.entries()) await foreign.put(work.remoteId, `many-${index}`, single(id));
      const all = await pulled(null);
      expect(all.pages.length).toBeGreaterThan(1);
      expect(ids.filter((id) => !all.byUid.has(id))).toEqual([]);
      expect(new Set(all.resources.map(({ remoteId }) => remoteId)).size).toBe(all.resources.length);
    });
  });

  describe('free/busy', () => {
    test('is answered where it can be relied on, and refused elsewhere', async () => {
      const { connector, freeBusy, foreign } = target();
      const attempt = connector.freeBusy(session, [work.remoteId], window);
      if (!freeBusy) {
        expect(await refusal(attempt)).toBe('REJECTED');
        return;
      }
      await attempt;
      await foreign.put(work.remoteId, 'busy', series(uid('busy')));
      const periods = (await connector.freeBusy(session, [work.remoteId], window)).get(work.remoteId) ?? [];
      const starts = periods.map(({ start }) => new Date(start).toISOString());
      expect(starts).toContain('2026-03-02T10:00:00.000Z');
      expect(starts).toContain('2026-03-17T15:00:00.000Z');
      expect(starts).not.toContain('2026-03-09T10:00:00.000Z');
      expect(starts).not.toContain('2026-03-16T10:00:00.000Z');
    });
  });

  test('gives up when the caller does', async () => {
    const signal = AbortSignal.abort();
    expect(await refusal(target().connector.calendars({ ...session, signal }))).toBe('UNREACHABLE');
  });
}
