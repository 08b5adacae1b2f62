/** free-busy-query (RFC 4791 §7.10), for the servers whose answer can be trusted. */
import ICAL from 'ical.js';
import { freeBusyQuery } from 'tsdav';
import type { Instant } from '../../../domain/events/model.ts';
import { type BusyPeriod, ProviderError } from '../connector.ts';
import type { Exchange } from './exchange.ts';

const statusOfType: Readonly<Record<string, BusyPeriod['busyStatus'] | null>> = {
  FREE: null,
  BUSY: 'BUSY',
  'BUSY-TENTATIVE': 'TENTATIVE',
  'BUSY-UNAVAILABLE': 'OUT_OF_OFFICE',
};

const maximumPeriods = 100_000;

export async function askFreeBusy(
  exchange: Exchange,
  calendar: string,
  window: { readonly from: Instant; readonly to: Instant },
): Promise<readonly BusyPeriod[]> {
  const timeRange = { start: new Date(window.from).toISOString(), end: new Date(window.to).toISOString() };
  const answer = await exchange.ask(async (fetch) => {
    // It would read the answer, which is iCalendar and not WebDAV, and finds none; ours was kept by then.
    await freeBusyQuery({ url: calendar, timeRange, depth: '1', fetch }).catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'freeBusyQuery returned no response') throw error;
    });
  });
  if (answer.status !== 200) {
    const error = exchange.refused(answer);
    if (error.code === 'MALFORMED_ANSWER') throw new ProviderError('REJECTED', 'the server answers no free/busy');
    throw error;
  }
  return readFreeBusy(answer.text);
}

/** @throws ProviderError MALFORMED_ANSWER */
export function readFreeBusy(text: string): readonly BusyPeriod[] {
  const periods: BusyPeriod[] = [];
  try {
    const parsed: unknown = ICAL.parse(text);
    const calendar = new ICAL.Component(parsed as ConstructorParameters<typeof ICAL.Component>[0]);
    for (const component of calendar.getAllSubcomponents('vfreebusy')) {
      for (const line of component.getAllProperties('freebusy')) {
        const type = line.getFirstParameter('fbtype')?.toUpperCase() ?? 'BUSY';
        // RFC 5545 §3.2.9: an unknown type counts as BUSY.
        const busyStatus = type in statusOfType ? statusOfType[type] : 'BUSY';
        if (!busyStatus) continue;
        for (const value of line.getValues()) {
          if (!(value instanceof ICAL.Period)) throw new Error('a value that is no period');
          const start = value.start.toUnixTime() * 1000;
          const end = value.getEnd().toUnixTime() * 1000;
          if (end > start) periods.push({ start, end, busyStatus });
          if (periods.length > maximumPeriods) throw new Error(`more than ${maximumPeriods} periods`);
        }
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'unreadable';
    throw new ProviderError('MALFORMED_ANSWER', `the free/busy answer cannot be read: ${reason}`);
  }
  return periods.sort((a, b) => a.start - b.start || a.end - b.end);
}
