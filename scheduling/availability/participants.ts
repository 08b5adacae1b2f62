/** Groups and members as they are asked for: checked, with the question's own values where a member has none. */
import type { BusyRule } from '../../domain/availability/busy-times.ts';
import { defaultBusyRule } from '../../domain/availability/busy-times.ts';
import type { Seconds } from '../../domain/availability/spans.ts';
import type {
  BookingLimitInput,
  BufferInput,
  BusyRuleInput,
  MemberInput,
  ParticipantGroupInput,
} from '../../schema/generated.ts';
import type { AskedGroup, AskedLimit, AskedMember } from './asked.ts';
import { bounds } from './bounds.ts';
import type { ArgumentPath, Mistakes } from './mistakes.ts';
import { periodsOf } from './search.ts';

/** What holds for each member that says nothing else. */
export interface ForAll {
  readonly buffer: Buffer;
  readonly busyRule: BusyRule;
}

export interface Buffer {
  readonly before: Seconds;
  readonly after: Seconds;
}

export interface Participants {
  readonly members: readonly AskedMember[];
  readonly groups: readonly AskedGroup[];
}

/** @param path of the list: `input.participants`. */
export function participantsOf(
  asked: readonly ParticipantGroupInput[],
  path: ArgumentPath,
  forAll: ForAll,
  mistakes: Mistakes,
): Participants {
  const members: AskedMember[] = [];
  const groups: AskedGroup[] = [];
  const count = asked.reduce((sum, group) => sum + group.members.length, 0);
  const fits = mistakes.length(asked, path, 'groups', bounds.groups, 1);
  if (count > bounds.members) {
    mistakes.add(path, `expected at most ${bounds.members} members in all groups together, got ${count}`);
  }
  // Whoever asks for too much at once is not told what else is wrong with each of ten thousand.
  if (!fits || count > bounds.members) return { members, groups };
  for (const [at, group] of asked.entries()) {
    groups.push(groupOf(group, `${path}.${at}`, members.length, mistakes));
    for (const [place, member] of group.members.entries()) {
      members.push(memberOf(member, `${path}.${at}.members.${place}`, forAll, mistakes));
    }
  }
  return { members, groups };
}

function groupOf(
  { members, required }: ParticipantGroupInput,
  path: ArgumentPath,
  first: number,
  mistakes: Mistakes,
): AskedGroup {
  const places = members.map((_, place) => first + place);
  mistakes.length(members, `${path}.members`, 'members', bounds.members, 1);
  const known = new Map<string, number>();
  for (const [place, { accountId }] of members.entries()) {
    const before = known.get(accountId);
    if (before === undefined) known.set(accountId, place);
    else {
      const both = `got that of members.${before} again`;
      mistakes.add(
        `${path}.members.${place}.accountId`,
        `expected an account that the group does not have yet, ${both}`,
      );
    }
  }
  if (required === null || required === undefined) return { members: places, required: places.length };
  if (members.length > 0) mistakes.count(required, `${path}.required`, 1, members.length);
  else if (required < 1) mistakes.add(`${path}.required`, `expected 1 or more, got ${required}`);
  return { members: places, required };
}

function memberOf(input: MemberInput, path: ArgumentPath, forAll: ForAll, mistakes: Mistakes): AskedMember {
  const { accountId, calendarIds = null, availablePeriods = null, availabilityRuleIds = null } = input;
  const own = bufferOf(input.buffer, `${path}.buffer`, mistakes);
  if (calendarIds !== null) mistakes.length(calendarIds, `${path}.calendarIds`, 'calendars', bounds.calendars);
  if (availabilityRuleIds !== null) {
    mistakes.length(availabilityRuleIds, `${path}.availabilityRuleIds`, 'rules', bounds.rules);
  }
  const within = `${path}.availablePeriods`;
  const fits =
    availablePeriods === null || mistakes.length(availablePeriods, within, 'periods', bounds.availablePeriods);
  return {
    path,
    accountId,
    calendarIds,
    within: availablePeriods === null ? null : fits ? periodsOf(availablePeriods, within, mistakes) : [],
    managed: input.managedAvailability ?? false,
    ruleIds: availabilityRuleIds,
    before: own.before ?? forAll.buffer.before,
    after: own.after ?? forAll.buffer.after,
    busyRule: input.busyRule == null ? forAll.busyRule : busyRuleOf(input.busyRule),
    trust: mistakes.duration(input.trustLastKnownFor ?? 'P1D', `${path}.trustLastKnownFor`, 0, bounds.trust),
    limits: limitsOf(input.limits ?? [], `${path}.limits`, mistakes),
    weight: weightOf(input.weight ?? 1, `${path}.weight`, mistakes),
  };
}

/** A side that is not said is not there; one that is said to be null is none. */
export function bufferOf(
  input: BufferInput | null | undefined,
  path: ArgumentPath,
  mistakes: Mistakes,
): { readonly before: Seconds | undefined; readonly after: Seconds | undefined } {
  const side = (name: 'before' | 'after'): Seconds | undefined => {
    const said = input?.[name];
    if (said === undefined) return undefined;
    return said === null ? 0 : mistakes.duration(said, `${path}.${name}`, 0, bounds.buffer);
  };
  return { before: side('before'), after: side('after') };
}

export function busyRuleOf(input: BusyRuleInput | null | undefined): BusyRule {
  const said = input ?? {};
  return {
    tentative: said.tentative ?? defaultBusyRule.tentative,
    unanswered: said.unanswered ?? defaultBusyRule.unanswered,
    workingElsewhere: said.workingElsewhere ?? defaultBusyRule.workingElsewhere,
    outOfOffice: said.outOfOffice ?? defaultBusyRule.outOfOffice,
    onlyManaged: said.onlyManaged ?? defaultBusyRule.onlyManaged,
  };
}

function limitsOf(input: readonly BookingLimitInput[], path: ArgumentPath, mistakes: Mistakes): readonly AskedLimit[] {
  if (!mistakes.length(input, path, 'limits', bounds.limits)) return [];
  return input.map(({ period, maximum, timeZone = null, categories = null }, at) => ({
    period,
    maximum: mistakes.count(maximum, `${path}.${at}.maximum`, 0, bounds.limit),
    timeZone,
    categories: categoriesOf(categories, `${path}.${at}.categories`, mistakes),
  }));
}

export function categoriesOf(
  input: readonly string[] | null,
  path: ArgumentPath,
  mistakes: Mistakes,
): readonly string[] | null {
  if (input === null || !mistakes.length(input, path, 'categories', bounds.categories)) return null;
  for (const [at, category] of input.entries()) {
    if (category.length > bounds.category) {
      mistakes.add(`${path}.${at}`, `expected at most ${bounds.category} characters, got ${category.length}`);
    }
  }
  return input;
}

function weightOf(weight: number, path: ArgumentPath, mistakes: Mistakes): number {
  if (weight >= 0 && weight <= bounds.weight) return weight;
  mistakes.add(path, `expected 0 to ${bounds.weight}, got ${weight}`);
  return 1;
}
