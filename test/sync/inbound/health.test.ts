import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ProviderFailureCode } from '../../../datasources/providers/connector.ts';
import type { ProfileHealth } from '../../../datasources/store/profiles-sync.ts';
import { nextHealth, type PollResult } from '../../../sync/inbound/health.ts';

const healthy: ProfileHealth = {
  status: 'CONNECTED',
  cause: null,
  remedy: null,
  failures: 0,
  rejections: 0,
  rejectedSince: null,
};
const failure = (code: ProviderFailureCode, ofHome = false): PollResult => ({
  kind: 'failure',
  error: { code },
  ofHome,
});
const success: PollResult = { kind: 'success' };

/** Applies results a minute apart; answers what was told and the last health. */
function run(results: readonly PollResult[], start = healthy, step = 60_000) {
  let health = start;
  const told: string[] = [];
  results.forEach((result, index) => {
    const next = nextHealth(health, result, 1_000_000 + index * step);
    health = next.health;
    if (next.told !== null) told.push(next.told);
  });
  return { health, told };
}

describe('nextHealth', () => {
  test('one failure is a hiccup, two in a row are shown, once', () => {
    expect(run([failure('UNREACHABLE')])).toMatchObject({ health: { status: 'CONNECTED', failures: 1 }, told: [] });
    const { health, told } = run([failure('UNREACHABLE'), failure('THROTTLED'), failure('THROTTLED')]);
    expect(told).toEqual(['PROFILE_DEGRADED']);
    expect(health).toMatchObject({ status: 'DEGRADED', cause: 'PROVIDER_THROTTLED', failures: 3 });
    expect(health.remedy).toMatch(/\.$/);
  });

  test('a home that may not be read for an hour disconnects, once; one calendar among others never does', () => {
    const hour = Array.from({ length: 61 }, () => failure('FORBIDDEN', true));
    expect(run(hour.slice(0, 60)).told).toEqual(['PROFILE_DEGRADED']);
    const { health, told } = run([...hour, ...hour]);
    expect(told).toEqual(['PROFILE_DEGRADED', 'PROFILE_DISCONNECTED']);
    expect(health.cause).toBe('CREDENTIALS_REVOKED');
    expect(run(Array.from({ length: 500 }, () => failure('FORBIDDEN'))).told).toEqual(['PROFILE_DEGRADED']);
  });

  test('a success between two failures starts the count again', () => {
    expect(run([failure('UNREACHABLE'), success, failure('UNREACHABLE')]).told).toEqual([]);
  });

  test.each([
    'UNREACHABLE',
    'THROTTLED',
    'MALFORMED_ANSWER',
    'FORBIDDEN',
    'NOT_FOUND',
    'REJECTED',
    'CONFLICT',
  ] as const)('%s never disconnects, however often', (code) => {
    expect(run(Array.from({ length: 500 }, () => failure(code)))).toMatchObject({
      health: { status: 'DEGRADED' },
      told: ['PROFILE_DEGRADED'],
    });
  });

  test('a refused credential disconnects after three in a row over a minute, once', () => {
    const refused = failure('CREDENTIALS_REJECTED');
    expect(run([refused, refused, refused], healthy, 29_999).health.status).toBe('DEGRADED');
    expect(run([refused, refused, refused], healthy, 30_000)).toMatchObject({
      health: { status: 'DISCONNECTED', cause: 'PASSWORD_CHANGED' },
      told: ['PROFILE_DEGRADED', 'PROFILE_DISCONNECTED'],
    });
    expect(run(Array.from({ length: 20 }, () => refused)).told).toEqual(['PROFILE_DEGRADED', 'PROFILE_DISCONNECTED']);
  });

  test('three refusals that are not in a row do not disconnect', () => {
    const refused = failure('CREDENTIALS_REJECTED');
    const { health } = run([refused, refused, failure('UNREACHABLE'), refused, refused]);
    expect(health).toMatchObject({ status: 'DEGRADED', rejections: 2 });
  });

  test('a doubted listing is shown at once, and its recovery is told', () => {
    expect(run([{ kind: 'doubt' }, success]).told).toEqual(['PROFILE_DEGRADED', 'PROFILE_RECONNECTED']);
  });

  test('any history: transitions alternate, only refusals disconnect, a success clears everything', () => {
    const codes: ProviderFailureCode[] = ['UNREACHABLE', 'THROTTLED', 'CREDENTIALS_REJECTED', 'FORBIDDEN'];
    const result = fc.oneof(
      fc.constant(success),
      fc.constant<PollResult>({ kind: 'doubt' }),
      fc.constantFrom(...codes).map(failure),
    );
    fc.assert(
      fc.property(fc.array(result, { maxLength: 30 }), (results) => {
        const { health, told } = run(results);
        const bad = told.filter((kind) => kind !== 'PROFILE_RECONNECTED').length;
        const good = told.length - bad;
        expect(good).toBeLessThanOrEqual(bad);
        for (let index = 1; index < told.length; index++) expect(told[index]).not.toBe(told[index - 1]);
        if (!results.some((one) => one.kind === 'failure' && one.error.code === 'CREDENTIALS_REJECTED')) {
          expect(told).not.toContain('PROFILE_DISCONNECTED');
        }
        expect(health.cause === null).toBe(health.status === 'CONNECTED');
        if (health.status !== 'DISCONNECTED') {
          expect(nextHealth(health, success, 9_000_000).health).toEqual(healthy);
        }
      }),
      { seed: 20261122, numRuns: 2_000 },
    );
  });
});
