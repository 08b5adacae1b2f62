/** What availability is asked, checked and with every default filled in; ids not looked up yet. */
import type { BusyRule } from '../../domain/availability/busy-times.ts';
import type { Format } from '../../domain/availability/question.ts';
import type { Seconds, Spans } from '../../domain/availability/spans.ts';
import type { ArgumentPath } from './mistakes.ts';

export interface AskedMember {
  /** Of the member in the field's arguments, for what is found out about it later. */
  readonly path: ArgumentPath;
  readonly accountId: string;
  /** Null: those that its rules count, else those that are considered (semantics E4). */
  readonly calendarIds: readonly string[] | null;
  /** Null: always. */
  readonly within: Spans | null;
  /** Whether it keeps to its stored rules and periods. */
  readonly managed: boolean;
  /** Which of its stored rules count; null: all. */
  readonly ruleIds: readonly string[] | null;
  readonly before: Seconds;
  readonly after: Seconds;
  readonly busyRule: BusyRule;
  /** How long its last known calendar is believed once its profile is disconnected (semantics E11). */
  readonly trust: Seconds;
  readonly limits: readonly AskedLimit[];
  /** 0 or more. */
  readonly weight: number;
}

export interface AskedLimit {
  readonly period: 'DAY' | 'WEEK';
  readonly maximum: number;
  /** Null: the member's account's. */
  readonly timeZone: string | null;
  readonly categories: readonly string[] | null;
}

/** Places in `members`, and how many of them must be free. */
export interface AskedGroup {
  readonly members: readonly number[];
  readonly required: number;
}

export type AskedSearch =
  | { readonly periods: Spans; readonly format: Format; readonly interval: Seconds; readonly timeZone: string }
  /** In the order asked, none twice. */
  | { readonly starts: readonly Seconds[] };

export interface AskedDistribution {
  readonly strategy: 'ORDERED' | 'RANDOM' | 'LEAST_BOOKED';
  readonly window: Seconds;
  readonly categories: readonly string[] | null;
  readonly seed: string | null;
}

/** Which rules find a slot, whenever one is looked for: what a slot's token carries. */
export interface AskedRules {
  /** One for each time that an account is in a group: it may be in two, by other rules. */
  readonly members: readonly AskedMember[];
  readonly groups: readonly AskedGroup[];
  readonly excludedEventIds: readonly string[];
  /** From now; null: slots may be in the past. */
  readonly notice: Seconds | null;
  readonly distribution: AskedDistribution;
}

export interface Asked extends AskedRules {
  readonly duration: Seconds;
  readonly search: AskedSearch;
  readonly maximum: number;
  /** Null: nobody is asked again. */
  readonly maxStaleness: Seconds | null;
}
