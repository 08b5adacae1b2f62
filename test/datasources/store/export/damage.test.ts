/** Files that are not what was written: each is refused, and the database stays as it was. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKeyRing } from '../../../../datasources/secrets/key-ring.ts';
import { ExportReader, verifyExport } from '../../../../datasources/store/export/read.ts';
import { restoreExport } from '../../../../datasources/store/export/restore.ts';
import { writeExport } from '../../../../datasources/store/export/write.ts';
import { StartFailure } from '../../../../datasources/store/start-failure.ts';
import { freshStore, testKeyRing } from '../../../setup/database.ts';
import { embeddedServer, type ServerAddress, superuserQuery } from '../../../setup/database-servers.ts';
import { blankDatabase, fill, forge } from './installation.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-damage-'));
const file = join(folder, 'whole.export');
const damaged = join(folder, 'damaged.export');
let target: { address: ServerAddress; drop(): Promise<void> };

beforeAll(async () => {
  const source = await freshStore();
  await fill(source);
  await writeExport({ database: source.address, file, meridian: '0.0.0-test', replace: false });
  await source.drop();
  target = await blankDatabase(embeddedServer());
});
afterAll(async () => {
  await target.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function restore(from: string, keyRing = testKeyRing): Promise<unknown> {
  return restoreExport({ database: target.address, keyRing, verified: await verifyExport(from), replace: () => true });
}

/** Not even an empty table. */
async function untouched(): Promise<boolean> {
  const [row] = await superuserQuery<{ count: string }>(
    embeddedServer(),
    target.address.database,
    `select count(*) as count from pg_class where relnamespace = 'public'::regnamespace`,
  );
  return row?.count === '0';
}

describe('a file', () => {
  test('that was cut off anywhere is refused', async () => {
    const whole = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        writeFileSync(damaged, whole.subarray(0, length));
        await expect(verifyExport(damaged)).rejects.toThrow(StartFailure);
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(await untouched()).toBe(true);
  });

  test('of which one bit was turned is refused', async () => {
    const whole = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length * 8 - 1 }), async (bit) => {
        const altered = Buffer.from(whole);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        writeFileSync(damaged, altered);
        await expect(verifyExport(damaged)).rejects.toThrow(StartFailure);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  test.each([
    ['nothing', ''],
    ['another format', '{"format":"pg_dump"}\n'],
    ['an empty line', '\n\n\n'],
    ['bytes', '\u0000\u0001'.repeat(100)],
  ])('that holds %s is no export', async (_name, text) => {
    writeFileSync(damaged, text);
    await expect(verifyExport(damaged)).rejects.toThrow('is not an export of Meridian');
  });

  test('that is not there, or a folder, is named', async () => {
    await expect(verifyExport(join(folder, 'none'))).rejects.toThrow(/none cannot be read: .*ENOENT/);
    await expect(verifyExport(folder)).rejects.toThrow(StartFailure);
  });

  test('of a newer format, or of a newer schema, names the way out', async () => {
    forge(file, damaged, { header: (line) => line.replace('"version":1', '"version":2') });
    await expect(verifyExport(damaged)).rejects.toThrow(
      'has version 2 of the export format, this Meridian reads up to 1',
    );
    forge(file, damaged, { header: (line) => line.replace('"migrations":[', '"migrations":["20990101T0000-later",') });
    await expect(restore(damaged)).rejects.toThrow('does not know (20990101T0000-later)');
    expect(await untouched()).toBe(true);
  });

  test('without a part of its header was altered', async () => {
    forge(file, damaged, { header: (line) => line.replace('"canary"', '"cannery"') });
    await expect(verifyExport(damaged)).rejects.toThrow('its header lacks something');
  });
});

describe('a restore', () => {
  test('with other keys is refused before anything is touched, and says which keys', async () => {
    const other = createKeyRing([{ id: 'test', key: Uint8Array.from({ length: 32 }, (_, i) => 255 - i * 7) }]);
    await expect(restore(file, other)).rejects.toThrow(/the encryption keys do not open .* nothing was changed/);
    expect(await untouched()).toBe(true);
  });

  // With a right sum: whoever makes such a file can count.
  test.each<[string, (body: string) => string, RegExp]>([
    [
      'a missing row',
      (body) => body.replace(/("table":"sync_run"[^\n]*\n)[^\n]*\n/, '$1'),
      /0 rows of sync_run instead of 1/,
    ],
    [
      'a row twice',
      (body) => body.replace(/("table":"account"[^\n]*\n)([^\n]*\n)/, '$1$2$2'),
      /did not take the export.*duplicate key/,
    ],
    [
      'a missing parent',
      (body) => body.replace(/("table":"organizational_unit"[^\n]*\n)[^\n]*\n/, '$1'),
      /did not take the export.*foreign key/,
    ],
    [
      'a missing table',
      (body) => body.replace(/\{"table":"operation"[^\n]*\n(?:(?!\\\.\n)[^\n]*\n)*\\\.\n/, ''),
      /lacks the tables operation/,
    ],
    [
      'a table twice',
      (body) => body.replace(/(\{"table":"operation"[^\n]*\n(?:(?!\\\.\n)[^\n]*\n)*\\\.\n)/, '$1$1'),
      /the table operation does not belong there/,
    ],
    [
      'a table of another schema',
      (body) => body.replace('"table":"event"', '"table":"pg_authid"'),
      /the table pg_authid does not belong there/,
    ],
    ['another column', (body) => body.replace('"canary"', '"cannery"'), /the columns of installation are others/],
    ['one column less', (body) => body.replace('"canary",', ''), /the columns of installation are others/],
    [
      'a generated column',
      (body) =>
        body.replace(
          '"columns":["id","account_id","profile_id","calendar_id","uid"',
          '"columns":["span_from","account_id","profile_id","calendar_id","uid"',
        ),
      /the columns of event are others/,
    ],
    ['no end', (body) => body.replace(/^\{"end".*\n/m, ''), /was altered/],
    ['something behind the end', (body) => `${body}more\n`, /was altered/],
    ['a line that is none', (body) => body.replace('{"table":"event"', '{"event"'), /was altered/],
    [
      'a value of another type',
      (body) => body.replace(/("table":"account_log"[^\n]*\n[^\t]*\t)\d+/, '$1many'),
      /did not take the export.*bigint/,
    ],
  ])('of a file with %s changes nothing', async (_name, body, expected) => {
    forge(file, damaged, { body });
    expect(readFileSync(damaged).equals(readFileSync(file))).toBe(false);
    await expect(restore(damaged)).rejects.toThrow(expected);
    expect(await untouched()).toBe(true);
  });

  test('that is interrupted changes nothing', async () => {
    const stopping = new AbortController();
    const verified = await verifyExport(file);
    const restoring = restoreExport({
      database: target.address,
      keyRing: testKeyRing,
      verified,
      replace: () => true,
      signal: stopping.signal,
      onProgress: () => stopping.abort(),
    });
    await expect(restoring).rejects.toThrow(/abort/i);
    expect(await untouched()).toBe(true);
  });

  test('works after all of that', async () => {
    await restore(file);
    expect(await untouched()).toBe(false);
  });
});

test('rows are parted from the end wherever a chunk ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.array(fc.string({ unit: fc.constantFrom('a', '\\\\', '.', '\t', 'ü', '\\N'), maxLength: 40 }), {
          maxLength: 5,
        }),
        { minLength: 1, maxLength: 4 },
      ),
      async (tables) => {
        const body = `${tables.map((rows, index) => `{"table":"t${index}","columns":[]}\n${rows.map((row) => `${row}\n`).join('')}\\.\n`).join('')}{"end":{"rows":{},"sequences":{}}}\n`;
        forge(file, damaged, { body: () => body });
        const reader = new ExportReader(await verifyExport(damaged), undefined, 64);
        for (const [index, rows] of tables.entries()) {
          expect(await reader.next()).toEqual({ table: `t${index}`, columns: [] });
          const parts: Buffer[] = [];
          for await (const part of reader.rows()) parts.push(Buffer.from(part));
          expect(Buffer.concat(parts).toString()).toBe(rows.map((row) => `${row}\n`).join(''));
        }
        expect(await reader.next()).toEqual({ end: { rows: {}, sequences: {} } });
        await reader.finish();
      },
    ),
    { numRuns: 100, seed: 3 },
  );
});
