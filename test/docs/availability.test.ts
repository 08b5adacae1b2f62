/** docs/availability.md tells bounds, kinds and files: they must be those that hold. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { defaultBusyRule } from '../../domain/availability/busy-times.ts';
import { bounds } from '../../scheduling/availability/bounds.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'availability.md'), 'utf8').replaceAll(/\s+/g, ' ');
const contract = readFileSync(join(root, 'schema', 'availability.graphql'), 'utf8');

test('its bounds are those that hold', () => {
  const count = (value: number) => value.toLocaleString('en-US');
  for (const row of [
    `| ${bounds.periods} periods or ${count(bounds.starts)} starts, over ${bounds.span / 86_400} days |`,
    `| ${count(bounds.members)} in ${bounds.groups} groups`,
    `| ${bounds.duration[0] / 60} minute to ${bounds.duration[1] / 3_600} hours |`,
    `| ${bounds.buffer / 3_600} hours to each side |`,
    `| \`availablePeriods\` of a member | ${bounds.availablePeriods} |`,
    `| booking limits of a member | ${bounds.limits} |`,
    `| \`excludedEventIds\` | ${bounds.excludedEvents} |`,
    `| ${bounds.results}, 20 if nobody says`,
  ]) {
    expect(page).toContain(row);
  }
});

test('it tells of every kind of rejection in the contract, and of no other', () => {
  const [, kinds = ''] = /enum RejectionKind \{([^}]*)\}/.exec(contract) ?? [];
  const listed = page.slice(page.indexOf('## Why not'), page.indexOf('## Bounds'));
  const told = [...listed.matchAll(/\| ([A-Z_]{4,}) \|/g)].map(([, kind]) => kind);
  expect(told.sort()).toEqual([...kinds.matchAll(/^\s+([A-Z_]+)$/gm)].map(([, kind]) => kind).sort());
});

test('its busy rule is the one that holds if nobody says', () => {
  for (const flag of ['tentative', 'unanswered', 'workingElsewhere', 'outOfOffice'] as const) {
    expect(page).toContain(`\`${flag}\` (${defaultBusyRule[flag] ? 'yes' : 'no'})`);
  }
});

test('every promise has a guard, and every test that is named as one is there', () => {
  const rows = page
    .slice(page.indexOf('| promise | guarded by |'), page.indexOf('## Figures'))
    .split(/ \| \| /)
    .slice(1);
  expect(rows.length).toBeGreaterThan(30);
  let named = 0;
  const missing = rows.flatMap((row) => {
    let file: string | null = null;
    const wrong: string[] = [];
    for (const [, path, title = ''] of row.matchAll(/`([\w/-]+\.test\.ts)`|“([^”]*)”/g)) {
      if (path !== undefined) file = path;
      else if (file === null || !existsSync(join(root, 'test', file))) wrong.push(`${file}: ${title}`);
      else if (!readFileSync(join(root, 'test', file), 'utf8').includes(title)) wrong.push(`${file}: ${title}`);
      else named += 1;
    }
    return file === null ? [...wrong, row] : wrong;
  });
  expect(missing).toEqual([]);
  expect(named).toBeGreaterThan(80);
});

test('every file that it names is there', () => {
  const named = [...page.matchAll(/`((?:domain|test|bench)\/[\w/.-]+)`/g)].flatMap(([, file = '']) => (file.startsWith('domain/') && file.endsWith('.test.ts') ? [] : [file])); // biome-ignore format: one list
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
