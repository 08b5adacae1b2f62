/** The audit log: one chain, whoever writes at once, in which every change shows. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { audit, verifyAudit } from '../../../datasources/store/audit.ts';
import { type FreshStore, freshStore } from '../../setup/database.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.drop());

const verdict = () => fresh.store.asWorker(verifyAudit);

test('an empty log is whole', async () => {
  expect(await verdict()).toEqual({ entries: 0, brokenAt: null });
});

test('many at once make one chain without gaps', async () => {
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      fresh.store.asWorker((tx) =>
        audit(tx, {
          action: 'application.changed',
          actor: 'operator',
          applicationId: `app_${index}`,
          detail: { b: 'ü"\\\u2028', a: index, list: ['x', 'y'], none: null, yes: true },
        }),
      ),
    ),
  );
  expect(await verdict()).toEqual({ entries: 40, brokenAt: null });
});

test('what is rolled back was never logged', async () => {
  const rolledBack = fresh.store.asWorker(async (tx) => {
    await audit(tx, { action: 'secret.rotated', actor: 'operator' });
    throw new Error('rolled back');
  });
  await expect(rolledBack).rejects.toThrow('rolled back');
  expect(await verdict()).toEqual({ entries: 40, brokenAt: null });
});

test('entries cannot be changed or taken away, by the worker or by the owner', async () => {
  for (const statement of ["update audit_entry set actor = 'x'", 'delete from audit_entry']) {
    await expect(fresh.superuser(statement)).rejects.toThrow('append-only');
  }
});

test.each([
  ['another actor', `update audit_entry set actor = 'nobody' where id = 7`, '7'],
  ['another detail', `update audit_entry set detail = detail || '{"a": 99}' where id = 8`, '8'],
  ['another time', `update audit_entry set at = at + interval '1 microsecond' where id = 9`, '9'],
  ['an entry less', `delete from audit_entry where id = 10`, '11'],
  ['another digest', `update audit_entry set digest = previous_digest where id = 12`, '12'],
])('%s shows', async (_name, statement, brokenAt) => {
  // As somebody with all rights would: the trigger stands aside, the chain does not.
  const tampered = (statements: string) =>
    fresh.superuser(`begin; set local session_replication_role = replica; ${statements}; commit`);
  await fresh.superuser('create table if not exists kept as table audit_entry');
  await tampered(statement);
  expect((await verdict()).brokenAt).toBe(brokenAt);
  await tampered('delete from audit_entry; insert into audit_entry select * from kept');
  expect(await verdict()).toEqual({ entries: 40, brokenAt: null });
});
