/** AvailabilityInput → what is asked, or everything that is wrong with it. */
import type { Seconds } from '../../domain/availability/spans.ts';
import type { AvailabilityInput, DistributionInput } from '../../schema/generated.ts';
import type { Asked, AskedDistribution } from './asked.ts';
import { bounds } from './bounds.ts';
import type { ArgumentPath, Mistakes } from './mistakes.ts';
import { bufferOf, busyRuleOf, categoriesOf, participantsOf } from './participants.ts';
import { intervalOf, searchOf } from './search.ts';

/**
 * What the input asks, with the contract's defaults. Where something of it is wrong that is added to `mistakes`, and the answer is
 * good for nothing but to find out what else is wrong.
 *
 * @param path of the input: `input`.
 */
export function askedOf(input: AvailabilityInput, path: ArgumentPath, mistakes: Mistakes): Asked {
  const [least, most] = bounds.duration;
  const duration = mistakes.duration(input.requiredDuration, `${path}.requiredDuration`, least, most);
  const buffer = bufferOf(input.buffer, `${path}.buffer`, mistakes);
  const forAll = {
    buffer: { before: buffer.before ?? 0, after: buffer.after ?? 0 },
    busyRule: busyRuleOf(input.busyRule),
  };
  const grid = {
    format: input.format ?? 'PERIODS',
    interval: intervalOf(input.startInterval ?? 'PT30M', `${path}.startInterval`, mistakes),
    timeZone: input.timeZone ?? 'Etc/UTC',
  };
  return {
    ...participantsOf(input.participants, `${path}.participants`, forAll, mistakes),
    duration,
    search: searchOf(input.search, `${path}.search`, grid, duration, mistakes),
    maximum: mistakes.count(input.maxResults ?? 20, `${path}.maxResults`, 1, bounds.results),
    ...commonOf(input, path, mistakes),
  };
}

/** What a question and a question of several meetings have alike. */
export function commonOf(
  input: Pick<AvailabilityInput, 'distribution' | 'excludedEventIds' | 'minimumNotice' | 'maxStaleness'>,
  path: ArgumentPath,
  mistakes: Mistakes,
): Pick<Asked, 'distribution' | 'excludedEventIds' | 'notice' | 'maxStaleness'> {
  const excludedEventIds = input.excludedEventIds ?? [];
  mistakes.length(excludedEventIds, `${path}.excludedEventIds`, 'events', bounds.excludedEvents);
  const bounded = (text: string | null | undefined, name: string, upTo: number): Seconds | null =>
    text == null ? null : mistakes.duration(text, `${path}.${name}`, 0, upTo);
  return {
    excludedEventIds,
    notice: bounded(input.minimumNotice, 'minimumNotice', bounds.notice),
    maxStaleness: bounded(input.maxStaleness, 'maxStaleness', bounds.staleness),
    distribution: distributionOf(input.distribution ?? null, `${path}.distribution`, mistakes),
  };
}

function distributionOf(input: DistributionInput | null, path: ArgumentPath, mistakes: Mistakes): AskedDistribution {
  const [least, most] = bounds.window;
  const seed = input?.seed ?? null;
  if (seed !== null && seed.length > bounds.seed) {
    mistakes.add(`${path}.seed`, `expected at most ${bounds.seed} characters, got ${seed.length}`);
  }
  return {
    strategy: input?.strategy ?? 'ORDERED',
    window: mistakes.duration(input?.window ?? 'P30D', `${path}.window`, least, most),
    categories: categoriesOf(input?.categories ?? null, `${path}.categories`, mistakes),
    seed,
  };
}
