/** Back pressure by hand, where a pipeline does not fit. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Waits until `stream` takes more, or until `ending` closes, whichever is first; leaves no listener behind. */
export async function roomIn(stream: Writable, ending: Writable = stream): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(stream, 'drain', { signal }), once(ending, 'close', { signal })]);
  } finally {
    settled.abort();
  }
}
