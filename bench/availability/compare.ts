/** The engine against brute force, case by case of a seed. */
import { findOpenings } from '../../domain/availability/openings.ts';
import { reasonsAgainst, rejections } from '../../domain/availability/rejections.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { seeded } from '../oracles/random.ts';
import { BruteForce } from './brute-force.ts';
import { type Case, drawCase } from './cases.ts';
import { engineQuestion } from './engine-question.ts';

export interface Compared {
  /** The first few cases that differ. */
  readonly differences: readonly { readonly number: number; readonly asked: Case; readonly what: string }[];
  readonly cases: number;
  /** Of all cases: openings that both found, and starts that both refused, each with its reasons. */
  readonly openings: number;
  readonly refused: number;
}

export function compareCases(options: { seed: number; cases: number; zones: ZoneData }): Compared {
  const random = seeded(options.seed);
  const differences: { number: number; asked: Case; what: string }[] = [];
  let openings = 0;
  let refused = 0;
  for (let number = 0; number < options.cases; number += 1) {
    const asked = drawCase(random);
    const question = engineQuestion(asked, options.zones);
    const brute = new BruteForce(asked, options.zones);
    const answer = findOpenings(question, options.zones);
    const found = { ...answer, openings: answer.openings.map((opening) => ({ ...opening, free: opening.free() })) };
    const expected = brute.openings();
    const what = [
      JSON.stringify(found) === JSON.stringify(expected)
        ? null
        : `openings: engine ${JSON.stringify(found)}, brute force ${JSON.stringify(expected)}`,
    ];
    const starts = asked.starts ?? brute.gridStarts();
    const expectedRefusals = starts.filter((start) => brute.freeAt(start) === null);
    const told = [...rejections(question, options.zones, null)];
    if (JSON.stringify(told.map(({ start }) => start)) !== JSON.stringify(expectedRefusals)) {
      what.push(`refused: engine ${JSON.stringify(told)}, brute force ${JSON.stringify(expectedRefusals)}`);
    }
    const free = starts.filter((start) => brute.freeAt(start) !== null);
    const doubted = free.find((start) => reasonsAgainst(question, start).length > 0);
    if (doubted !== undefined) what.push(`a reason against ${doubted}, which is free`);
    openings += found.openings.length;
    refused += told.length;
    const said = what.filter((each) => each !== null);
    if (said.length > 0 && differences.length < 5) differences.push({ number, asked, what: said.join('; ') });
  }
  return { differences, cases: options.cases, openings, refused };
}
