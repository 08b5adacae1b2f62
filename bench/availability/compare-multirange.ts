/** The engine against PostgreSQL's multiranges, case by case of a seed. */
import type pg from 'pg';
import { freeTime } from '../../domain/availability/free-time.ts';
import { findOpenings } from '../../domain/availability/openings.ts';
import { pairsOf } from '../../domain/availability/spans.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { seeded } from '../oracles/random.ts';
import { type Case, drawCase } from './cases.ts';
import { engineQuestion } from './engine-question.ts';
import { type MultirangeAnswer, type MultirangeOpening, MultirangeOracle, windowOf } from './multirange.ts';

export interface ComparedMultiranges {
  /** The first few cases that differ. */
  readonly differences: readonly { readonly number: number; readonly asked: Case; readonly what: string }[];
  readonly cases: number;
  /** Of all cases: openings that both found, and spans of members' free time. */
  readonly openings: number;
  readonly spans: number;
}

const batch = 250;

export async function compareMultiranges(options: {
  readonly seed: number;
  readonly cases: number;
  readonly zones: ZoneData;
  readonly database: pg.ClientConfig;
}): Promise<ComparedMultiranges> {
  const { zones } = options;
  const random = seeded(options.seed);
  const differences: { number: number; asked: Case; what: string }[] = [];
  let openings = 0;
  let spans = 0;
  const oracle = await MultirangeOracle.open(options.database, zones);
  try {
    for (let first = 0; first < options.cases; first += batch) {
      const cases = Array.from({ length: Math.min(batch, options.cases - first) }, () => drawCase(random));
      const answers = await oracle.answers(cases);
      for (const [place, asked] of cases.entries()) {
        const answer = answers[place] as MultirangeAnswer;
        const what = difference(asked, answer, zones);
        openings += answer.openings.length;
        spans += answer.free.flat().length;
        if (what !== null && differences.length < 5) differences.push({ number: first + place, asked, what });
      }
    }
  } finally {
    await oracle.close();
  }
  return { differences, cases: options.cases, openings, spans };
}

function difference(asked: Case, answer: MultirangeAnswer, zones: ZoneData): string | null {
  const question = engineQuestion(asked, zones);
  const found = findOpenings(question, zones);
  const ours = JSON.stringify([
    found.openings.map(({ start, end, free }) => [start, end, free()]),
    found.truncated,
    question.members.map((member) => [...pairsOf(freeTime(member, windowOf(asked)))]),
  ]);
  const all = asked.starts === null && asked.format === 'SLOTS' ? apart(answer.openings) : answer.openings;
  const theirs = JSON.stringify([all.slice(0, asked.maximum), all.length > asked.maximum, answer.free]);
  return ours === theirs ? null : `engine ${ours}, multiranges ${theirs}`;
}

/** Each begins at or after the end of the one before. */
function apart(openings: readonly MultirangeOpening[]): readonly MultirangeOpening[] {
  let end = Number.NEGATIVE_INFINITY;
  return openings.filter((opening) => {
    if (opening[0] < end) return false;
    end = opening[1];
    return true;
  });
}
