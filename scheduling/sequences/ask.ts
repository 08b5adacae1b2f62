/** SequencedAvailabilityInput → what is asked, or everything that is wrong with it. */
import type { Gap } from '../../domain/availability/sequence.ts';
import type { Seconds, Spans } from '../../domain/availability/spans.ts';
import { formatDuration } from '../../domain/time/durations.ts';
import type { DurationRangeInput, SequencedAvailabilityInput, SequenceStepInput } from '../../schema/generated.ts';
import { commonOf } from '../availability/ask.ts';
import { bounds } from '../availability/bounds.ts';
import { type ArgumentPath, Mistakes } from '../availability/mistakes.ts';
import { busyRuleOf, participantsOf } from '../availability/participants.ts';
import { intervalOf, searchPeriods } from '../availability/search.ts';
import type { AskedSequence, AskedStep } from './asked.ts';
import { ranksOf } from './ranks.ts';

/** How much one sequence may ask, beside what any question may (docs/availability.md). Durations in seconds. */
export const sequenceBounds = {
  steps: 10,
  /** Members of all steps together; an account in two steps counts twice. */
  members: 2_000,
  key: 200,
  gap: bounds.span,
} as const;

/** What holds for each step that says nothing else. */
interface ForSteps {
  readonly periods: Spans;
  readonly interval: Seconds;
  readonly input: SequencedAvailabilityInput;
}

/** What the input asks, with the contract's defaults. Where something of it is wrong, that is added to `mistakes`. */
export function askedSequenceOf(
  input: SequencedAvailabilityInput,
  path: ArgumentPath,
  mistakes: Mistakes,
): AskedSequence {
  const periods = searchPeriods(input.queryPeriods, `${path}.queryPeriods`, mistakes);
  const interval = intervalOf(input.startInterval ?? 'PT30M', `${path}.startInterval`, mistakes);
  return {
    steps: stepsOf({ periods, interval, input }, path, mistakes),
    timeZone: input.timeZone ?? 'Etc/UTC',
    maximum: mistakes.count(input.maxResults ?? 20, `${path}.maxResults`, 1, bounds.results),
    ...commonOf(input, path, mistakes),
  };
}

function stepsOf(forSteps: ForSteps, path: ArgumentPath, mistakes: Mistakes): readonly AskedStep[] {
  const { steps } = forSteps.input;
  const at = `${path}.steps`;
  const count = steps.reduce((sum, { participants }) => sum + participants.reduce((all, { members }) => all + members.length, 0), 0); // biome-ignore format: one sum
  const fits = mistakes.length(steps, at, 'steps', sequenceBounds.steps, 1);
  if (count > sequenceBounds.members) {
    mistakes.add(at, `expected at most ${sequenceBounds.members} members in all steps together, got ${count}`);
  }
  // Whoever asks for too much at once is not told what else is wrong with each of ten thousand.
  if (!fits || count > sequenceBounds.members) return [];
  const ranks = ranksOf(steps.map(({ ordinal }) => ordinal ?? null));
  const asked = steps.map((step, place) => {
    const rank = ranks[place] ?? 0;
    const may = { first: rank === Math.min(...ranks), last: rank === Math.max(...ranks) };
    return { ...stepOf(step, may, forSteps, `${at}.${place}`, mistakes), rank };
  });
  for (const [place, { key }] of steps.entries()) {
    const before = steps.findIndex((step) => step.key === key);
    if (before < place) mistakes.add(`${at}.${place}.key`, `expected a key that no other step has, got that of steps.${before} again`); // biome-ignore format: one call
  }
  const [from, to] = reachOf(asked);
  if (to - from > bounds.span && asked.every((step) => (step.periods.at(-1) ?? 0) - (step.periods[0] ?? 0) <= bounds.span)) {
    const days = Math.ceil((to - from) / 86_400);
    mistakes.add(at, `expected periods of all steps within ${bounds.span / 86_400} days, got some over ${days} days`);
  } // biome-ignore format: one thought
  return asked;
}

/** From the first instant that any step looks at to the last. Of periods that were refused: nothing. */
export function reachOf(steps: readonly Pick<AskedStep, 'periods'>[]): readonly [Seconds, Seconds] {
  const ends = steps.flatMap(({ periods }) => (periods.length === 0 ? [] : [periods[0] ?? 0, periods.at(-1) ?? 0]));
  return ends.length === 0 ? [0, 1] : [Math.min(...ends), Math.max(...ends)];
}

function stepOf(
  step: SequenceStepInput,
  may: { readonly first: boolean; readonly last: boolean },
  { periods, interval, input }: ForSteps,
  path: ArgumentPath,
  mistakes: Mistakes,
): Omit<AskedStep, 'rank'> {
  const { key, participants, queryPeriods, startInterval } = step;
  if (key.length === 0 || key.length > sequenceBounds.key) {
    mistakes.add(`${path}.key`, `expected 1 to ${sequenceBounds.key} characters, got ${key.length === 0 ? 'none' : key.length}`); // biome-ignore format: one call
  }
  const [least, most] = bounds.duration;
  const before = gapOf(step.gapBefore, may.first ? 'the first' : null, `${path}.gapBefore`, mistakes);
  const after = gapOf(step.gapAfter, may.last ? 'the last' : null, `${path}.gapAfter`, mistakes);
  const busyRule = busyRuleOf(input.busyRule);
  const at = `${path}.participants`;
  const between = { buffer: { before: 0, after: 0 }, busyRule };
  const outside = { buffer: { before: before.least, after: after.least }, busyRule };
  return {
    key,
    ...participantsOf(participants, at, between, mistakes),
    // The same mistakes again: told once.
    outer: participantsOf(participants, at, outside, new Mistakes()).members,
    duration: mistakes.duration(step.requiredDuration, `${path}.requiredDuration`, least, most),
    periods: queryPeriods == null ? periods : searchPeriods(queryPeriods, `${path}.queryPeriods`, mistakes),
    interval: startInterval == null ? interval : intervalOf(startInterval, `${path}.startInterval`, mistakes),
    before,
    after,
  };
}

/** @param outside what the step may be, where the gap is free time around all of the steps: as long as any buffer at most. */
function gapOf(
  input: DurationRangeInput | null | undefined,
  outside: string | null,
  path: ArgumentPath,
  mistakes: Mistakes,
): Gap {
  const { minimum = null, maximum = null } = input ?? {};
  const least = minimum === null ? 0 : mistakes.duration(minimum, `${path}.minimum`, 0, sequenceBounds.gap);
  if (outside !== null && least > bounds.buffer) {
    const message = `expected at most ${formatDuration(bounds.buffer)}, for it is a buffer where the step is ${outside}, got ${minimum}`;
    mistakes.add(`${path}.minimum`, message);
  }
  if (maximum === null) return { least, most: Number.POSITIVE_INFINITY };
  const most = mistakes.duration(maximum, `${path}.maximum`, 0, sequenceBounds.gap);
  if (most < least) mistakes.add(`${path}.maximum`, `expected at least the minimum (${minimum}), got ${maximum}`);
  return { least, most };
}
