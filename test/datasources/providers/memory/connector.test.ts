import { describe, expect, test } from '@jest/globals';
import type { ProviderError, ProviderSession, PullPage } from '../../../../datasources/providers/connector.ts';
import { createMemoryConnector } from '../../../../datasources/providers/memory/connector.ts';
import { MemoryProvider } from '../../../../datasources/providers/memory/provider.ts';
import { connectorSuite, type SuiteTarget } from '../connector-suite.ts';
import { objectOf, single, texts } from '../texts.ts';

const credential = { kind: 'basic', serverUrl: 'memory:/', username: 'alice', password: 'alicepw' } as const;

describe('memory', () => {
  const provider = new MemoryProvider({ pageSize: 10 });
  provider.addCalendar({ name: 'Home' });
  const place = (calendar: string, name: string): string => `${new URL(calendar).pathname}${name}.ics`;
  const target: SuiteTarget = {
    connector: createMemoryConnector(provider, { write: (object, raw) => texts.write(object, raw, null) }),
    credential,
    foreign: {
      put: async (calendar, name, text) => {
        if (!text.includes('BEGIN:VEVENT')) return 403;
        provider.put(calendar, objectOf(text), text, place(calendar, name));
        return 201;
      },
      get: async (calendar, name) => provider.calendar(calendar).resources.get(place(calendar, name))?.raw ?? null,
      delete: async (calendar, name) => {
        provider.delete(calendar, place(calendar, name));
      },
      remoteId: place,
    },
    entryUrls: ['memory:/'],
    checksPasswords: true,
    schedules: false,
    callsOfOneChange: 1,
    freeBusy: false,
    keepsTimeZone: true,
  };
  connectorSuite(() => target);
});

describe('faults', () => {
  const session: ProviderSession = { profileId: 'pro_1', applicationId: null, credential, principal: null };
  const started = () => {
    const provider = new MemoryProvider();
    const calendar = provider.addCalendar();
    return { provider, calendar, connector: createMemoryConnector(provider) };
  };
  const code = async (attempt: Promise<unknown>): Promise<string | null> =>
    await attempt.then(
      () => null,
      (error: ProviderError) => error.code,
    );

  test('each has its code, happens as often as it was armed, and only where', async () => {
    const { provider, connector } = started();
    const faults = [
      [{ kind: 'unreachable' }, 'UNREACHABLE'],
      [{ kind: 'throttled', retryAt: 5 }, 'THROTTLED'],
      [{ kind: 'credentials-rejected' }, 'CREDENTIALS_REJECTED'],
      [{ kind: 'forbidden' }, 'FORBIDDEN'],
      [{ kind: 'not-found' }, 'NOT_FOUND'],
      [{ kind: 'rejected' }, 'REJECTED'],
      [{ kind: 'malformed' }, 'MALFORMED_ANSWER'],
    ] as const;
    for (const [fault, expected] of faults) {
      provider.faults.add('calendars', fault, 2);
      expect(await code(connector.connect(session))).toBeNull();
      expect(await code(connector.calendars(session))).toBe(expected);
      expect(await code(connector.calendars(session))).toBe(expected);
      expect(await code(connector.calendars(session))).toBeNull();
    }
    expect(provider.calls.get('calendars')).toBe(faults.length * 3);
  });

  test('a lost answer comes after the write was stored', async () => {
    const { provider, calendar, connector } = started();
    const request = { remoteId: null, etag: null, raw: null, object: objectOf(single('lost')) };
    provider.faults.add('write', { kind: 'lost-answer' });
    expect(await code(connector.write(session, calendar, request))).toBe('UNREACHABLE');
    expect(provider.calendar(calendar).resources.size).toBe(1);
    expect(await code(connector.write(session, calendar, request))).toBe('CONFLICT');
  });

  test('a hanging call ends with the signal', async () => {
    const { provider, connector } = started();
    provider.faults.add('*', { kind: 'hang' });
    const controller = new AbortController();
    const attempt = code(connector.calendars({ ...session, signal: controller.signal }));
    controller.abort();
    expect(await attempt).toBe('UNREACHABLE');
  });

  test('forgotten tokens and an empty listing', async () => {
    const { provider, calendar, connector } = started();
    provider.put(calendar, objectOf(single('one')));
    const pull = async (token: string | null): Promise<PullPage> => {
      for await (const page of connector.pull(session, calendar, token, async () => new Map())) return page;
      throw new Error('no page');
    };
    const first = await pull(null);
    expect((await pull(first.syncToken)).full).toBe(false);
    provider.forgetTokens();
    expect(await pull(first.syncToken)).toMatchObject({ full: true, resources: [{ object: { uid: 'one' } }] });
    provider.faults.add('pull', { kind: 'empty-listing' });
    expect(await pull(null)).toMatchObject({ full: true, resources: [], unchanged: [], removed: [] });
    provider.faults.add('calendars', { kind: 'empty-listing' });
    expect(await connector.calendars(session)).toEqual([]);
  });
});
