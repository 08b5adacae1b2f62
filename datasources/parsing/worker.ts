/** What runs in a thread of the parser: one document after another, answered a few at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { readCalendar } from '../../domain/events/icalendar/read.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import { Progress } from './progress.ts';
import type { Assignment, Outcome } from './thread.ts';

/** Answers of so many characters of text go out at once: what is kept here must not use up the next document's memory. */
const charactersAtOnce = 65_536;

const progress = new Progress(workerData as SharedArrayBuffer);
let zones: ZoneData | null = null;

parentPort?.on('message', ({ texts, calendarZone, zoneDataVersion }: Assignment) => {
  if (zones?.version !== zoneDataVersion) zones = systemZones(zoneDataVersion);
  let outcomes: Outcome[] = [];
  let characters = 0;
  const answer = () => {
    if (outcomes.length > 0) parentPort?.postMessage(JSON.stringify(outcomes));
    outcomes = [];
    characters = 0;
  };
  for (const text of texts) {
    // A large one's answer stands alone, and what was read before it is not lost with it.
    if (characters + text.length > charactersAtOnce) answer();
    progress.begin();
    const { raws: all, ...reading } = readCalendar(text, { zones, calendarZone });
    const whole: string[] = [];
    const raws: [string, string][] = [];
    for (const [uid, raw] of all) {
      if (raw === text) whole.push(uid);
      else raws.push([uid, raw]);
    }
    outcomes.push({ reading, raws, whole });
    characters += text.length;
  }
  answer();
});

parentPort?.postMessage('ready');
