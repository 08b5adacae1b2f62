/** RANDOM: an order drawn for each slot, and the same one for the same seed, slot and members. */
import { countsAsNone, type PoolMember, type Rank } from './pool.ts';

/**
 * Draws by weight: who weighs twice as much is first twice as often (Efraimidis and Spirakis, "Weighted random sampling with a
 * reservoir", 2006); weight 0 comes last. Where in the list a member stands does not matter.
 *
 * @param seed any text. @param members of the group, each with an id of its own.
 */
export function randomOrder(seed: string, members: readonly PoolMember[]): Rank {
  const seeded = textHash(seed);
  const drawn = new Map(members.map(({ place, id, weight }) => [place, { hash: textHash(id, seeded), weight }]));
  return (free, slot) =>
    free
      .map((place) => turnOf(place, drawn.get(place) as Drawn, slot))
      .sort((one, other) => Number(one.isLast) - Number(other.isLast) || one.waits - other.waits)
      .map(({ place }) => ({ place, bookings: null, score: null }));
}

interface Drawn {
  readonly hash: Hash;
  readonly weight: number;
}

interface Turn {
  readonly place: number;
  readonly isLast: boolean;
  /** How long it waits, where those with twice the weight wait half as long: exponentially distributed. */
  readonly waits: number;
}

function turnOf(place: number, { hash, weight }: Drawn, slot: number): Turn {
  const isLast = countsAsNone(weight);
  return { place, isLast, waits: -Math.log(shareOf(hash, slot)) / (isLast ? 1 : weight) };
}

/** Two lanes of 32 bits. */
type Hash = readonly [number, number];

/** Not for secrets: nobody gains by guessing whose turn it is, and 20 slots of 1,000 members are 20,000 draws. */
function textHash(text: string, [first, second]: Hash = [0x811c9dc5, 0x9e3779b9]): Hash {
  let one = first;
  let other = second;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    other = mixed(other + unit);
  }
  return [mixed(one ^ text.length), mixed(other + one)];
}

/** More than 0, at most 1, evenly: 53 bits of hash and slot. */
function shareOf([one, other]: Hash, slot: number): number {
  const low = slot >>> 0;
  const high = Math.floor(slot / 4_294_967_296);
  const upper = mixed(mixed(one ^ low) ^ high) >>> 5;
  const lower = mixed(mixed(other + low) + high + upper) >>> 6;
  return (upper * 67_108_864 + lower + 1) / 9_007_199_254_740_992;
}

/** The end of MurmurHash3: every bit of what goes in turns half of those that come out. */
function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) | 0;
}
