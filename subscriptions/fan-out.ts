/** The groups of a node, by what their members have in common. */
import { Group, type Member, type Render } from './group.ts';
import type { GroupSource } from './group-source.ts';
import { type Clock, systemClock } from './wake-up.ts';

export interface FanOut<Answer> {
  /** Whether there is a group of this key, so that its source and its checks are those of a newcomer. */
  has(key: string): boolean;
  /** Joins the group of this key; null where there is none, and one has to be opened. */
  join(key: string, member: Member<Answer>): Group<Answer> | null;
  /**
   * Opens the group of a key that has none, or joins the one that has been opened meanwhile. Two who may not see the same,
   * or ask for the same, must never have one key.
   */
  open(key: string, member: Member<Answer>, parts: GroupParts<Answer>): Group<Answer>;
  /** How many groups there are. */
  readonly groups: number;
}

export interface GroupParts<Answer> {
  readonly source: GroupSource<unknown>;
  readonly render: Render<Answer>;
  /** Called once when the group is over, or was not needed. */
  readonly over: () => void;
}

export function createFanOut<Answer>(clock: Clock = systemClock): FanOut<Answer> {
  const groups = new Map<string, Group<Answer>>();

  const join = (key: string, member: Member<Answer>): Group<Answer> | null => {
    const group = groups.get(key) ?? null;
    group?.join(member);
    return group;
  };

  return {
    has: (key) => groups.has(key),
    join,
    open(key, member, { source, render, over }) {
      const existing = join(key, member);
      if (existing !== null) {
        over();
        return existing;
      }
      const group: Group<Answer> = new Group(source, render, {
        clock,
        over: () => {
          groups.delete(key);
          over();
        },
      });
      groups.set(key, group);
      group.join(member);
      return group;
    },
    get groups() {
      return groups.size;
    },
  };
}
