/** From the text of a resource to the port's form of it. */
import { type ReadWarning, warningNote } from '../../../domain/events/icalendar/read.ts';
import type { CalendarObject, SkippedComponent, ZoneName } from '../../../domain/events/model.ts';
import type { PullPage, RemoteResource } from '../connector.ts';

/** What one text holds. */
export interface ReadText {
  readonly objects: readonly CalendarObject[];
  readonly skipped: readonly SkippedComponent[];
  /** What was read otherwise than it stands there: a time zone that nobody knows. */
  readonly warnings?: readonly ReadWarning[];
}

/**
 * Reads the texts of one page, the outcomes in the texts' order. Bounded in time and steps; usually in a worker.
 * `calendarZone` null: the calendar has none that is known.
 */
export type ReadTexts = (
  texts: readonly string[],
  calendarZone: ZoneName | null,
) => Promise<readonly ReadText[]> | readonly ReadText[];

/** A resource as it was delivered. */
export interface Delivered {
  readonly remoteId: string;
  readonly etag: string | null;
  readonly text: string;
}

type Sorted = Pick<PullPage, 'resources' | 'skipped'>;

/** Poison is named and skipped, to-dos and journals are left out without a word (semantics F4), the rest is read. */
export async function readDelivered(
  delivered: readonly Delivered[],
  read: ReadTexts,
  calendarZone: ZoneName | null,
): Promise<Sorted> {
  const resources: RemoteResource[] = [];
  const skipped: PullPage['skipped'][number][] = [];
  if (delivered.length === 0) return { resources, skipped };
  const outcomes = await read(
    delivered.map(({ text }) => text),
    calendarZone,
  );
  const told = new Set<string>();
  delivered.forEach(({ remoteId, etag, text }, index) => {
    const outcome = outcomes[index] ?? { objects: [], skipped: [unread] };
    const [object, ...others] = outcome.objects;
    if (object === undefined) {
      const reason = outcome.skipped[0] ?? (/^BEGIN:VCALENDAR/im.test(text) ? undefined : foreign);
      if (reason !== undefined) skipped.push({ remoteId, ...reason });
    } else if (others.length > 0) {
      // RFC 4791 §4.1: one resource, one uid. Written back, the others would be lost.
      const uids = outcome.objects.map(({ uid }) => uid.slice(0, 200));
      const shown = `${uids.slice(0, 3).join(', ')}${uids.length > 3 ? ', …' : ''}`;
      skipped.push({
        remoteId,
        uid: object.uid,
        line: null,
        reason: `one resource holds ${uids.length} uids: ${shown}`,
      });
    } else {
      resources.push({
        remoteId,
        etag,
        raw: text,
        object,
        skipped: [...outcome.skipped, ...notes(outcome.warnings, told)],
      });
    }
  });
  return { resources, skipped };
}

const foreign: SkippedComponent = { uid: null, line: null, reason: 'is no iCalendar text' };
const unread: SkippedComponent = { uid: null, line: null, reason: 'could not be read' };

/** The journal has one list for what its reader should know (semantics A7), and each thing is said once in a page of it. */
function notes(warnings: readonly ReadWarning[] | undefined, told: Set<string>): SkippedComponent[] {
  const untold: SkippedComponent[] = [];
  for (const warning of warnings ?? []) {
    const reason = warningNote(warning);
    if (!told.has(reason)) untold.push({ uid: warning.uid, line: warning.line, reason });
    told.add(reason);
  }
  return untold;
}
