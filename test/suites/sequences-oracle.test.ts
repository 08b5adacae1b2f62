/**
 * Several meetings in a row against trying everything: every order, every start, every choice of people. One fixed seed, and
 * another that ORACLE_SEED chooses.
 */
import { describe, expect, test } from '@jest/globals';
import {
  bruteSequences,
  type CaseStep,
  drawSequenceCase,
  engineSequences,
  peopleOf,
  type SequenceCase,
  shownSequence,
} from '../../bench/availability/sequence-cases.ts';
import { seeded } from '../../bench/oracles/random.ts';
import { choosePeople } from '../../domain/availability/sequence-people.ts';
import { findSequences } from '../../domain/availability/sequences.ts';
import { bufferOf } from '../../domain/availability/step-times.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import { oracleSeed } from '../setup/oracle-seed.ts';

const zones = systemZones(process.versions['tz'] ?? '');
const cases = 5_000;

function compare(seed: number) {
  const random = seeded(seed);
  const differences: { readonly number: number; readonly asked: SequenceCase; readonly what: string }[] = [];
  const counts = { found: 0, none: 0, truncated: 0, chosen: 0, notTheFirst: 0 };
  for (let number = 0; number < cases; number += 1) {
    const asked = drawSequenceCase(random);
    const question = engineSequences(asked, zones);
    const all = bruteSequences(asked);
    const expected = { sequences: all.slice(0, asked.maximum), truncated: all.length > asked.maximum };
    const { sequences, truncated } = findSequences(question, zones);
    const told = { sequences: sequences.map(shownSequence), truncated };
    const say = (what: string) => {
      if (differences.length < 3) differences.push({ number, asked, what });
    };
    if (JSON.stringify(told) !== JSON.stringify(expected))
      say(`${JSON.stringify(told)}, not ${JSON.stringify(expected)}`);
    for (const [at, sequence] of sequences.slice(0, 5).entries()) {
      const wanted = peopleOf(asked, expected.sequences[at] ?? []).next().value;
      const meetings = sequence.map(({ step, start, end, first, last, free }) => ({
        start,
        end,
        choices: free().map((places, group) => {
          const { members, groups } = question.steps[step] as (typeof question.steps)[number];
          const candidates = places.flatMap((place) => {
            const member = members[place];
            return member === undefined ? [] : [{ ...bufferOf(member, first, last), who: member.who, limits: member.limits, place }]; // biome-ignore format: one thought
          });
          return { required: groups[group]?.required ?? 0, candidates };
        }),
      }));
      const chosen = choosePeople(meetings)?.map((choices) =>
        choices.map((people) => people.map(({ place }) => place)),
      );
      if (JSON.stringify(chosen) !== JSON.stringify(wanted))
        say(`${JSON.stringify(chosen)}, not ${JSON.stringify(wanted)}`);
      counts.chosen += 1;
      if (JSON.stringify(chosen) !== JSON.stringify(firstOf(asked, sequence.map(shownStep)))) counts.notTheFirst += 1;
    }
    counts.found += sequences.length;
    counts.none += sequences.length === 0 ? 1 : 0;
    counts.truncated += truncated ? 1 : 0;
  }
  return { differences, counts };
}

const shownStep = ({ step, free }: ReturnType<typeof findSequences>['sequences'][number][number]) => ({
  step,
  free: free(),
});

/** Whoever comes first, step by step, as if the others were not there. */
function firstOf({ steps }: SequenceCase, found: readonly ReturnType<typeof shownStep>[]) {
  return found.map(({ step, free }) =>
    free.map((places, group) => places.slice(0, (steps[step] as CaseStep).groups[group]?.required ?? 0)),
  );
}

describe('several meetings in a row', () => {
  test('of the fixed seed are what trying everything finds: which there are, in which order, and with whom', () => {
    const { differences, counts } = compare(20_261_123);
    expect(differences).toEqual([]);
    // Or the cases would say nothing.
    expect(counts.found).toBeGreaterThan(cases);
    expect(counts.none).toBeLessThan(0.75 * cases);
    expect(counts.truncated).toBeGreaterThan(cases / 50);
    expect(counts.notTheFirst).toBeGreaterThan(cases / 100);
  }, 120_000);

  test('of another seed are what trying everything finds', () => {
    const seed = oracleSeed();
    process.stderr.write(`sequences: seed ${seed}, ${cases} cases\n`);
    expect({ seed, differences: compare(seed).differences }).toEqual({ seed, differences: [] });
  }, 120_000);
});
