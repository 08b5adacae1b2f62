/** An application's limits: the installation's, or its own for as long as they are given to it. */
import { sql } from 'kysely';
import type { Store } from '../../datasources/store/store.ts';
import type { RequestLimits } from './request-limiter.ts';

/** A changed limit is in force after so many milliseconds at most. */
const freshFor = 1_000;
/** More applications than this are not remembered at once. */
const mostKnown = 10_000;

interface Known {
  readonly limits: RequestLimits;
  readonly until: number;
}

/**
 * Answers from memory while it is fresh, and a second later than that asks the store once, however many requests wait for it.
 * @param usual what counts for an application without limits of its own.
 */
export function applicationLimits(
  store: Pick<Store, 'asWorker'>,
  usual: RequestLimits,
  now: () => number = () => performance.now(),
): (applicationId: string) => RequestLimits | Promise<RequestLimits> {
  const known = new Map<string, Known>();
  const asked = new Map<string, Promise<RequestLimits>>();

  const ask = async (applicationId: string): Promise<RequestLimits> => {
    try {
      const row = await store.asWorker((tx) =>
        tx
          .selectFrom('application')
          .select(['per_second', 'per_minute'])
          .where('id', '=', applicationId)
          .where((eb) => eb.or([eb('limit_until', 'is', null), eb('limit_until', '>', sql<Date>`now()`)]))
          .executeTakeFirst(),
      );
      const limits = {
        perSecond: row?.per_second ?? usual.perSecond,
        perMinute: row?.per_minute ?? usual.perMinute,
      };
      if (known.size >= mostKnown) known.clear();
      known.set(applicationId, { limits, until: now() + freshFor });
      return limits;
    } finally {
      asked.delete(applicationId);
    }
  };

  return (applicationId) => {
    const found = known.get(applicationId);
    if (found !== undefined && found.until > now()) return found.limits;
    const waiting = asked.get(applicationId) ?? ask(applicationId);
    asked.set(applicationId, waiting);
    return waiting;
  };
}
