/** A neighbour's SDL, as composers read it: `_service { sdl }`. */
import { RequestFailure } from '../../datasources/http/failures.ts';
import type { OutgoingPost } from '../../datasources/http/outgoing-post.ts';

/** Bytes of an answer: ours, one of the larger schemas, has 100 kB. */
const maximumBytes = 4 * 1024 * 1024;

class UnreadableSdl extends Error {}

/** Asks it. @throws UnreadableSdl that says why there is none, without what was answered */
export async function sdlOfNeighbour(post: OutgoingPost, url: string, timeout: number): Promise<string> {
  let text: string;
  let status: number;
  try {
    ({ text, status } = await post({
      url,
      headers: { accept: 'application/json' },
      body: JSON.stringify({ query: 'query SubgraphSdl { _service { sdl } }', operationName: 'SubgraphSdl' }),
      timeout,
      maximumBytes,
    }));
  } catch (error) {
    throw new UnreadableSdl(error instanceof RequestFailure ? error.message : 'the request failed');
  }
  const sdl = sdlIn(text);
  if (sdl === null) {
    throw new UnreadableSdl(`expected { data: { _service: { sdl } } }, got another answer (status ${status})`);
  }
  return sdl;
}

function sdlIn(text: string): string | null {
  try {
    const answer = JSON.parse(text) as { data?: { _service?: { sdl?: unknown } } } | null;
    const sdl = answer?.data?._service?.sdl;
    return typeof sdl === 'string' && sdl.trim() !== '' ? sdl : null;
  } catch {
    return null;
  }
}
