/** Two versions of one content, laid together field by field. */
import { type ContentContext, sameContent } from './content.ts';
import { mergeAttendees } from './merge-attendees.ts';
import type { EventContent } from './model.ts';

/** Fields that are compared and taken each as one. Times and rules mean nothing without each other. */
const units = {
  summary: ['summary'],
  description: ['description'],
  start: ['start', 'end', 'nominalDays', 'rules', 'thisAndFuture'],
  status: ['status'],
  busyStatus: ['busyStatus'],
  visibility: ['visibility'],
  location: ['location'],
  url: ['url'],
  conferencing: ['conferencing'],
  attachments: ['attachments'],
  color: ['color'],
  reminders: ['reminders'],
  organizer: ['organizer'],
} as const satisfies Readonly<Record<string, readonly (keyof EventContent)[]>>;

type Unit = keyof typeof units;

/** What both sides made of one content; the fields that collide are added to `fields`, and then the answer is of no use. */
export function mergeContents(
  base: EventContent,
  intended: EventContent,
  current: EventContent,
  fields: string[],
  context: ContentContext,
): EventContent {
  // Dates that a series leaves out are a list of their own, which does not move it.
  const plain = { base: unexcluded(base), intended: unexcluded(intended), current: unexcluded(current) };
  let merged: EventContent = plain.current;
  const changed = (unit: Unit, side: 'intended' | 'current') => !sameUnit(unit, plain.base, plain[side], context);
  for (const unit of Object.keys(units) as Unit[]) {
    if (!changed(unit, 'intended')) continue;
    if (changed(unit, 'current') && !sameUnit(unit, plain.intended, plain.current, context)) fields.push(unit);
    merged = { ...merged, ...picked(unit, plain.intended) };
  }
  const excluded = {
    base: excludedDates(base.rules),
    intended: excludedDates(intended.rules),
    current: excludedDates(current.rules),
  };
  const dates = mergeSets(excluded.base, excluded.intended, excluded.current);
  const misplaced =
    (changed('start', 'intended') && differs(excluded.base, excluded.current)) ||
    (changed('start', 'current') && differs(excluded.base, excluded.intended));
  if (misplaced && differs(excluded.intended, excluded.current)) fields.push('start');
  return {
    ...merged,
    // A series that one side ended takes its excluded dates along.
    rules: merged.rules.length === 0 && plain.base.rules.length > 0 ? [] : [...merged.rules, ...dates],
    categories: mergeSets(base.categories, intended.categories, current.categories),
    attendees: mergeAttendees(base.attendees, intended.attendees, current.attendees, fields),
  };
}

function unexcluded(content: EventContent): EventContent {
  return { ...content, rules: content.rules.filter((line) => !isExclusion(line)) };
}

function isExclusion(line: string): boolean {
  return /^EXDATE[;:]/i.test(line);
}

/** The dates that a series leaves out, one line a date, so that two lists of them can be compared. */
export function excludedDates(rules: readonly string[]): string[] {
  return rules.filter(isExclusion).flatMap((line) => {
    const colon = line.indexOf(':');
    return line
      .slice(colon + 1)
      .split(',')
      .map((value) => `${line.slice(0, colon)}:${value}`);
  });
}

function differs(a: readonly string[], b: readonly string[]): boolean {
  return a.length !== b.length || a.some((value) => !b.includes(value));
}

/** The current list with what the intended one added to the base and took from it. */
function mergeSets(base: readonly string[], intended: readonly string[], current: readonly string[]): string[] {
  const before = new Set(base);
  const wanted = new Set(intended);
  const kept = current.filter((value) => wanted.has(value) || !before.has(value));
  const there = new Set(kept);
  return [...kept, ...intended.filter((value) => !before.has(value) && !there.has(value))];
}

function picked(unit: Unit, content: EventContent): Partial<EventContent> {
  return Object.fromEntries(units[unit].map((field) => [field, content[field]]));
}

const blank: EventContent = {
  summary: null,
  description: null,
  start: { kind: 'utc', instant: 0 },
  end: { kind: 'utc', instant: 0 },
  nominalDays: null,
  status: 'CONFIRMED',
  busyStatus: 'BUSY',
  visibility: 'DEFAULT',
  location: null,
  url: null,
  color: null,
  categories: [],
  organizer: null,
  attendees: [],
  reminders: [],
  rules: [],
};

function sameUnit(unit: Unit, a: EventContent, b: EventContent, context: ContentContext): boolean {
  return sameContent({ ...blank, ...picked(unit, a) }, { ...blank, ...picked(unit, b) }, context);
}

/** Whether a side moved the series: whether its recurrence ids mean other occurrences than before. Dates it leaves out move nothing. */
export function seriesMoved(base: EventContent | null, side: EventContent | null, context: ContentContext): boolean {
  if (base === null || side === null) return base !== side;
  return !sameUnit('start', unexcluded(base), unexcluded(side), context);
}
