/** `npm run schema`: a change that breaks a client fails, unless docs/schema-changes.md names its place. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const released = readFileSync(join(root, 'schema', 'baseline.graphql'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'check-schema-'));
mkdirSync(join(folder, 'schema'));
mkdirSync(join(folder, 'docs'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The check of today's schema against another release. */
function check(baseline: string, named: string): { code: number | null; said: string } {
  writeFileSync(join(folder, 'schema', 'baseline.graphql'), baseline);
  writeFileSync(join(folder, 'docs', 'schema-changes.md'), named);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'check-schema.ts')], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, said: stdout + stderr };
}

test('additions pass', () => {
  expect(check(released, '')).toMatchObject({ code: 0, said: expect.stringMatching(/ 0 problems$/m) });
});

test('what was taken away fails, and passes once it is named by its place', () => {
  const older = released
    .replace('type ServiceInfo {', 'type ServiceInfo {\n  motto: String\n')
    .replace(/enum CredentialKind \{/, 'enum CredentialKind {\n  PASSWORD\n');
  const { code, said } = check(older, 'ServiceInfo.motto is gone');
  expect(code).toBe(1);
  expect(said).toContain("ServiceInfo.motto: Field 'motto' was removed from object type 'ServiceInfo' (breaking;");
  expect(said).toContain('CredentialKind.PASSWORD: ');
  expect(said).toMatch(/ 2 problems$/m);
  expect(check(older, 'Gone: `ServiceInfo.motto`').said).toMatch(/ 1 problems$/m);
  expect(check(older, 'Gone: `ServiceInfo.motto`, `CredentialKind.PASSWORD`').code).toBe(0);
});

test('another type, an argument that is gone and an input that has become required fail', () => {
  const older = [
    released.replace('  version: String!\n', '  version: Int!\n'),
    released.replace('accounts(after: String,', 'accounts(after: String, city: String,'),
    released.replace('input PeriodInput {\n  end: DateTime!', 'input PeriodInput {\n  end: DateTime'),
  ];
  for (const baseline of older) {
    expect(baseline).not.toBe(released);
    expect(check(baseline, '').said).toContain('(breaking;');
  }
});
