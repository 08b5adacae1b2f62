/** The examples' store: a batch and its cursor are there together, or neither is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Mirror } from '../../examples/shared/mirror.ts';

const folder = mkdtempSync(join(tmpdir(), 'mirror-'));
afterAll(() => rmSync(folder, { recursive: true }));

const change = (id: string, summary: string | null) => ({
  kind: summary === null ? 'EVENT_DELETED' : 'EVENT_CREATED',
  subjectId: id,
  subject: summary === null ? null : { summary },
});

test('a batch that fails halfway changes nothing, its cursor included', () => {
  const mirror = new Mirror(':memory:');
  mirror.replace([{ id: 'a', summary: 'A' }], 'first');
  const broken = { ...change('c', 'C'), subjectId: undefined as never };
  expect(() => mirror.apply({ cursor: 'second', changes: [change('b', 'B'), broken] })).toThrow();
  expect([mirror.cursor(), mirror.told(), mirror.events()]).toEqual(['first', [], [{ id: 'a', summary: 'A' }]]);
  // And the store goes on working.
  mirror.apply({ cursor: 'second', changes: [change('b', 'B'), change('a', null)] });
  expect(mirror.told()).toEqual(['EVENT_CREATED B', 'EVENT_DELETED (gone)']);
  expect(mirror.events()).toEqual([{ id: 'b', summary: 'B' }]);
});

test('what another opens afterwards is what was there', () => {
  const file = join(folder, 'kept.sqlite');
  const before = new Mirror(file);
  expect(before.cursor()).toBeNull();
  before.replace([{ id: 'a', summary: 'A' }], 'first');
  before.apply({ cursor: 'second', changes: [change('b', 'B')] });
  before.apply({ cursor: 'third', changes: [] });
  const after = new Mirror(file);
  expect([after.cursor(), after.told()]).toEqual(['third', ['EVENT_CREATED B']]);
  after.replace([{ id: 'c', summary: 'C' }], 'fourth');
  expect([after.cursor(), after.events()]).toEqual(['fourth', [{ id: 'c', summary: 'C' }]]);
});
