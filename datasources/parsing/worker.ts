/** What runs in a thread of the parser: one document after another, each answered as soon as it is read. */
import { parentPort } from 'node:worker_threads';
import { readCalendar } from '../../domain/events/icalendar/read.ts';
import { systemZones } from '../../domain/time/system-zones.ts';
import type { ZoneData } from '../../domain/time/zone-data.ts';
import type { Assignment, Outcome } from './thread.ts';

let zones: ZoneData | null = null;

parentPort?.on('message', ({ texts, calendarZone, zoneDataVersion }: Assignment) => {
  if (zones?.version !== zoneDataVersion) zones = systemZones(zoneDataVersion);
  for (const text of texts) {
    const reading = readCalendar(text, { zones, calendarZone });
    const whole: string[] = [];
    const raws = new Map<string, string>();
    for (const [uid, raw] of reading.raws) {
      if (raw === text) whole.push(uid);
      else raws.set(uid, raw);
    }
    const outcome: Outcome = { reading: { ...reading, raws }, whole };
    parentPort?.postMessage(outcome);
  }
});

parentPort?.postMessage('ready');
