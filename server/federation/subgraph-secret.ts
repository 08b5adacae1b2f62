/** `X-Subgraph-Secret`: who may speak at /subgraph. */
import { createHash, timingSafeEqual } from 'node:crypto';

export const secretHeader = 'x-subgraph-secret';

/** Whether what came is the secret; takes the same time for every text that is not. */
export function secretCheck(secret: string): (given: unknown) => boolean {
  const expected = digest(secret);
  return (given) => typeof given === 'string' && timingSafeEqual(digest(given), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
