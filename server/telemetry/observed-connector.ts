/** A connector whose calls are measured: how long each took, how it ended, and when a provider asked for fewer. */
import type { CalendarBatch, Connector } from '../../datasources/providers/connector.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import type { providerCalls } from './metric-table.ts';

type Call = (typeof providerCalls)[number];

/** The same connector; nothing of what it is given or answers is told. */
export function observedConnector<Observed extends Connector>(connector: Observed, telemetry: Telemetry): Observed {
  const { provider } = connector;
  const observe = <Result>(call: Call, work: () => Promise<Result>): Promise<Result> =>
    telemetry.span('provider.call', { provider, call }, work);
  const { batch } = connector;
  const observedBatch: CalendarBatch | undefined = batch && {
    calendarsPerCall: batch.calendarsPerCall,
    changeTags: (asked) => observe('changeTags', () => batch.changeTags(asked)),
  };
  const observed: Connector = {
    provider,
    connect: (...given) => observe('connect', () => connector.connect(...given)),
    calendars: (...given) => observe('calendars', () => connector.calendars(...given)),
    pull: (...given) => pages(connector.pull(...given), (next) => observe('pull', next)),
    read: (...given) => observe('read', () => connector.read(...given)),
    write: (...given) => observe('write', () => connector.write(...given)),
    remove: (...given) => observe('remove', () => connector.remove(...given)),
    createCalendar: (...given) => observe('createCalendar', () => connector.createCalendar(...given)),
    deleteCalendar: (...given) => observe('deleteCalendar', () => connector.deleteCalendar(...given)),
    freeBusy: (...given) => observe('freeBusy', () => connector.freeBusy(...given)),
    ...(observedBatch === undefined ? {} : { batch: observedBatch }),
  };
  return { ...connector, ...observed };
}

type Next<Page> = () => Promise<IteratorResult<Page, undefined>>;

/** Each page is a call of its own: what is between them is the store's time. */
function pages<Page>(
  source: AsyncIterable<Page>,
  observe: (next: Next<Page>) => ReturnType<Next<Page>>,
): AsyncIterable<Page> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        next: () => observe(() => iterator.next()),
        return: async () => {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
