/** Subscribers as a group sees them, and what they were told. */
import type { Actor } from '../../domain/actor.ts';
import type { ChangeBatch, ChangeFilter } from '../../subscriptions/changes.ts';
import type { FanOut } from '../../subscriptions/fan-out.ts';
import type { Group, Member } from '../../subscriptions/group.ts';
import { within } from './manual-clock.ts';
import type { Node } from './nodes.ts';

/** An answer: what a client would be sent, and the same for all who were sent it. */
export interface Told {
  readonly cursor: string;
  readonly subjects: readonly string[];
  readonly accounts: readonly string[];
  readonly caughtUp: boolean;
}

export interface TestMember extends Member<Told> {
  readonly told: Told[];
  /** Every subject, in the order of telling. */
  readonly subjects: readonly string[];
  readonly cursor: string;
  readonly ended: readonly unknown[];
  leave(): void;
  /** Waits until what it was told is enough. */
  until(enough: (member: TestMember) => boolean): Promise<void>;
}

export interface Joining {
  readonly actor: Actor;
  readonly after?: string | null;
  readonly filter?: ChangeFilter;
  readonly key?: string;
  /** Asked before each step of catching up. */
  readonly ready?: () => Promise<void> | null;
}

/** How often the groups of these members executed. */
export interface Counted {
  executions: number;
}

export function memberOf(node: Node, fanOut: FanOut<Told>, joining: Joining, counted: Counted): TestMember {
  const { actor, after = null, filter = null, key = 'one', ready = () => null } = joining;
  const told: Told[] = [];
  const ended: unknown[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const check of waiting) check();
  };
  let group: Group<Told> | null = null;
  const member: TestMember = {
    after,
    told,
    ended,
    push(answer) {
      told.push(answer);
      wake();
    },
    ready,
    end(error) {
      ended.push(error);
      wake();
    },
    get subjects() {
      return told.flatMap(({ subjects }) => subjects);
    },
    get cursor() {
      return told.at(-1)?.cursor ?? '';
    },
    leave: () => group?.leave(member),
    until: (enough) =>
      within(
        new Promise<void>((resolve, reject) => {
          const check = () => {
            if (enough(member)) resolve();
            else if (ended.length > 0) reject(new Error('ended before it was told enough', { cause: ended[0] }));
            else return;
            waiting.delete(check);
          };
          waiting.add(check);
          check();
        }),
      ),
  };
  group = fanOut.join(key, member);
  if (group === null) {
    const source = node.feed.source({ actor, after, filter }, (batch) => batch);
    const render = () => async (event: unknown) => {
      counted.executions++;
      await new Promise((resolve) => setImmediate(resolve));
      const { cursor, changes, caughtUp } = event as ChangeBatch;
      return {
        cursor,
        subjects: changes.map(({ subjectId }) => subjectId),
        accounts: changes.map(({ accountId }) => accountId),
        caughtUp,
      };
    };
    group = fanOut.open(key, member, { source, render, over: () => {} });
  }
  return member;
}

/** Everybody has been told that it has caught up. */
export const caughtUp = ({ told }: TestMember): boolean => told.at(-1)?.caughtUp === true;
