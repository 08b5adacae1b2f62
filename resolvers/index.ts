/** All resolvers, merged: one file per SDL file. */
import type { Resolvers } from '../schema/generated.ts';
import { accounts } from './accounts.ts';
import { applications } from './applications.ts';
import { availabilityLive } from './availability-live.ts';
import { availabilityQuery } from './availability-query.ts';
import { availabilityRules } from './availability-rules.ts';
import { calendars } from './calendars.ts';
import { changes } from './changes.ts';
import type { Context } from './context.ts';
import { events } from './events.ts';
import { freshness } from './freshness.ts';
import { holds } from './holds.ts';
import { node } from './node.ts';
import { operations } from './operations.ts';
import { sequences } from './sequences.ts';
import { service } from './service.ts';

const parts = [
  accounts,
  applications,
  availabilityLive,
  availabilityQuery,
  availabilityRules,
  holds,
  calendars,
  changes,
  events,
  freshness,
  node,
  operations,
  sequences,
  service,
];

export const resolvers: Resolvers = readingAnew(merge(parts));

/** A mutation's answer, and those behind it in the same request, must not show rows as they were read before it. */
function readingAnew(all: Resolvers): Resolvers {
  const mutations = Object.entries(all.Mutation ?? {}).map(([name, resolve]) => {
    const change = resolve as (parent: unknown, input: unknown, context: Context, info: unknown) => Promise<unknown>;
    const changeAndForget = async (parent: unknown, input: unknown, context: Context, info: unknown) => {
      const answer = await change(parent, input, context, info);
      for (const loader of Object.values(context.loaders)) (loader as { clearAll(): unknown }).clearAll();
      return answer;
    };
    return [name, changeAndForget];
  });
  return { ...all, Mutation: Object.fromEntries(mutations) as NonNullable<Resolvers['Mutation']> };
}

function merge(list: readonly object[]): Resolvers {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const part of list) {
    for (const [type, fields] of Object.entries(part)) merged[type] = { ...merged[type], ...(fields as object) };
  }
  return merged as Resolvers;
}
