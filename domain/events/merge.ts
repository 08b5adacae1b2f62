/** Two changes of one event, laid together where they do not collide: ours, and what its user did at the provider meanwhile. */
import { type ContentContext, sameContent, visibleContent } from './content.ts';
import { excludedDates, mergeContents, seriesMoved } from './merge-contents.ts';
import type { Attendee, CalendarObject, EventContent, EventException } from './model.ts';

/** What a merge can tell: the object that shows both changes, or the fields that both sides changed differently. */
export type Merge =
  | { readonly kind: 'merged'; readonly object: CalendarObject }
  | { readonly kind: 'collision'; readonly fields: readonly string[] };

export interface MergeVersions {
  /** What both sides started from; null when the event did not exist for us: then nothing can be told apart. */
  readonly base: CalendarObject | null;
  readonly intended: CalendarObject;
  /** As the provider has it now. */
  readonly current: CalendarObject;
}

/**
 * Merges field by field: a field that one side changed is that side's, one that both changed alike is no collision. Attendees
 * (by address), categories and excluded dates are merged as what each side added and took away; an answer that came at the
 * provider stays (semantics C8). Exceptions are merged one by one by recurrence id, and by field within; while one side moves
 * the series, the other's changed exceptions collide, for their ids mean other occurrences then.
 */
export function mergeObjects({ base, intended, current }: MergeVersions, context: ContentContext): Merge {
  if (base === null) return { kind: 'collision', fields: ['uid'] };
  const fields: string[] = [];
  const master = mergeMasters(base.master, intended.master, current.master, fields, context);
  const exceptions = mergeExceptions({ base, intended, current }, fields, context);
  if (fields.length > 0) return { kind: 'collision', fields: [...new Set(fields)] };
  const raised = intended.sequence > base.sequence;
  return {
    kind: 'merged',
    object: {
      uid: intended.uid,
      master,
      exceptions,
      sequence: raised ? Math.max(intended.sequence, current.sequence + 1) : current.sequence,
      stampedAt: later(intended.stampedAt, current.stampedAt),
      createdAt: current.createdAt ?? intended.createdAt,
      updatedAt: later(intended.updatedAt, current.updatedAt),
      marker: intended.marker,
    },
  };
}

/** Whether two versions differ in nothing but the answers of who is invited: a deletion may pass over those. */
export function sameButAnswers(a: CalendarObject, b: CalendarObject, context: ContentContext): boolean {
  const unanswered = (object: CalendarObject) => {
    const quiet = (content: EventContent) => ({
      ...content,
      attendees: content.attendees.map((attendee): Attendee => ({ ...attendee, status: 'NEEDS_ACTION' })),
    });
    return visibleContent(
      {
        ...object,
        master: object.master === null ? null : quiet(object.master),
        exceptions: object.exceptions.map((exception) => ({ ...exception, content: quiet(exception.content) })),
      },
      context,
    );
  };
  return unanswered(a) === unanswered(b);
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function mergeMasters(
  base: EventContent | null,
  intended: EventContent | null,
  current: EventContent | null,
  fields: string[],
  context: ContentContext,
): EventContent | null {
  if (base !== null && intended !== null && current !== null) {
    return mergeContents(base, intended, current, fields, context);
  }
  const same = (a: EventContent | null, b: EventContent | null) => sameContent(a, b, context);
  if (same(base, intended)) return current;
  if (!same(base, current) && !same(intended, current)) fields.push('recurrence');
  return intended;
}

/** Whether two contents show the same, or neither is there. */
type Sameness = (a: EventContent | null | undefined, b: EventContent | null | undefined) => boolean;

function mergeExceptions(
  { base, intended, current }: { base: CalendarObject; intended: CalendarObject; current: CalendarObject },
  fields: string[],
  context: ContentContext,
): readonly EventException[] {
  const [before, wanted, there] = [base, intended, current].map(
    ({ exceptions }) => new Map(exceptions.map(({ recurrenceId, content }) => [recurrenceId, content])),
  ) as [Map<string, EventContent>, Map<string, EventContent>, Map<string, EventContent>];
  const same: Sameness = (a, b) => sameContent(a ?? null, b ?? null, context);
  const oursChanged = changedIds(before, wanted, same);
  const theirsChanged = changedIds(before, there, same);
  const moved = (side: CalendarObject) => seriesMoved(base.master, side.master, context);
  const newlyExcluded = (side: CalendarObject, ids: readonly string[]) => {
    const had = new Set(excludedDates(base.master?.rules ?? []));
    const dates = excludedDates(side.master?.rules ?? []).filter((line) => !had.has(line));
    return ids.some((id) => dates.some((line) => line.endsWith(`:${id}`)));
  };
  if (
    (oursChanged.length > 0 && (moved(current) || newlyExcluded(current, oursChanged))) ||
    (theirsChanged.length > 0 && (moved(intended) || newlyExcluded(intended, theirsChanged)))
  ) {
    if (!same(intended.master, current.master) || oursChanged.join() !== theirsChanged.join())
      fields.push('recurrence');
  }
  const merged: EventException[] = [];
  for (const recurrenceId of new Set([...there.keys(), ...wanted.keys()])) {
    const [b, ours, theirs] = [before.get(recurrenceId), wanted.get(recurrenceId), there.get(recurrenceId)];
    let content = theirs;
    if (!same(b, ours) && !same(ours, theirs)) {
      if (same(b, theirs)) content = ours;
      else if (b !== undefined && ours !== undefined && theirs !== undefined) {
        const within: string[] = [];
        content = mergeContents(b, ours, theirs, within, context);
        fields.push(...within.map((field) => `${recurrenceId}.${field}`));
      } else fields.push(recurrenceId);
    }
    if (content !== undefined) merged.push({ recurrenceId, content });
  }
  return merged.sort((a, b) => (a.recurrenceId < b.recurrenceId ? -1 : 1));
}

function changedIds(
  before: ReadonlyMap<string, EventContent>,
  after: ReadonlyMap<string, EventContent>,
  same: Sameness,
): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((id) => !same(before.get(id), after.get(id))).sort();
}
