/** A connector's pages, one after the other: each waited for only so long, and not without end. */
import { ProviderError, type PullPage } from '../../datasources/providers/connector.ts';
import type { SyncDependencies } from '../dependencies.ts';
import type { Lease } from '../lease.ts';
import { asProviderError, type CountedSession, providerCall } from '../provider-call.ts';

/** A pull that never ends is a provider's or connector's fault. */
const resourcesAtMost = 2_000_000;
const pagesAtMost = 100_000;

/** @throws ProviderError for a listing that ends before it begins, or never; and what the connector throws. */
export async function* pullPages(
  dependencies: SyncDependencies,
  lease: Lease,
  counted: CountedSession,
  pull: {
    readonly remoteId: string;
    readonly token: string | null;
    readonly known: () => Promise<ReadonlyMap<string, string | null>>;
  },
): AsyncGenerator<PullPage> {
  const { session, connector } = counted;
  const { answerTime } = dependencies.settings;
  // The poll's own, which ends with its time as well: each page may be in time, and all of them together never end.
  const { signal = lease.signal } = session;
  const pages = await providerCall(signal, answerTime, async () =>
    connector.pull(session, pull.remoteId, pull.token, pull.known)[Symbol.asyncIterator](),
  );
  let count = 0;
  let named = 0;
  try {
    while (true) {
      const next = await providerCall(signal, answerTime, () => pages.next());
      if (next.done === true) break;
      count++;
      named += next.value.resources.length + next.value.unchanged.length + next.value.skipped.length;
      yield next.value;
      if (count > pagesAtMost || named > resourcesAtMost) {
        throw new ProviderError('MALFORMED_ANSWER', `The listing has more than ${resourcesAtMost} resources.`);
      }
    }
  } finally {
    // Not awaited: a generator that hangs in the middle of an answer would keep us, too.
    if (pages.return) void pages.return().catch((error: unknown) => asProviderError(error));
  }
  if (count === 0) throw new ProviderError('MALFORMED_ANSWER', 'The listing ended before it began.');
}
