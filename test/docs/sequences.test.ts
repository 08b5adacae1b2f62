/** The section on sequences in docs/availability.md: its bounds are those that hold, its query is answered as it stands, and can be held. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { bounds } from '../../scheduling/availability/bounds.ts';
import { sequenceBounds } from '../../scheduling/sequences/ask.ts';
import { content, instant, openWorld } from '../resolvers/availability-world.ts';
import { holding } from '../resolvers/held.ts';
import type { Loose } from '../setup/graph.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'availability.md'), 'utf8');
const [, section = ''] = /## Sequences\n([\s\S]*?)\n## /.exec(page) ?? [];
const [, document = ''] = /```graphql\n([\s\S]*?)```/.exec(section) ?? [];

test('its bounds are those that hold', () => {
  for (const row of [
    `| steps | ${sequenceBounds.steps}, each with a \`key\` of 1 to ${sequenceBounds.key} characters |`,
    `| members | ${sequenceBounds.members.toLocaleString('en-US')} of all steps together`,
    `| times | ${bounds.span / 86_400} days from`,
    `| gaps | ${sequenceBounds.gap / 86_400} days |`,
    `(at most ${bounds.buffer / 3_600} hours;`,
  ]) {
    expect(section).toContain(row);
  }
});

test('its query is answered, and what it answers can be held and given back', async () => {
  const world = await openWorld();
  try {
    const holds = holding(world.graph);
    const people = [];
    for (const name of ['candidate', 'lead', 'one', 'other']) {
      const person = await world.person(name);
      if (name === 'candidate') person.put('morning', content('02T09:00', '02T10:00'));
      await person.sync();
      people.push([name, person.accountId] as const);
    }
    const variables = Object.fromEntries(people);
    const { sequencedAvailability } = await world.graph.data(document, variables);
    const [first] = sequencedAvailability.sequences;
    expect([sequencedAvailability.sequences.length, sequencedAvailability.truncated]).toEqual([5, true]);
    expect(first.steps.map(({ key, slot }: Loose) => [key, slot.start])).toEqual([
      ['team', instant('02T10:00')],
      ['technical', instant('02T11:00')],
      ['closing', instant('02T12:30')],
    ]);
    const preferred = first.steps.map(({ slot }: Loose) =>
      slot.participants.filter((one: Loose) => one.preferred).map((one: Loose) => one.account.id),
    );
    const { hold, userErrors } = await holds.create({
      slots: first.steps.map(({ slot }: Loose) => ({ slotToken: slot.token })),
    });
    expect(userErrors).toEqual([]);
    expect(hold?.slots.map(({ accounts }) => accounts.map((account) => account?.id))).toEqual(preferred);
    expect((await holds.release(hold?.id ?? '')).hold?.status).toBe('RELEASED');
  } finally {
    await world.close();
  }
});
