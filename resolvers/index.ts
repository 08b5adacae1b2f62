/** All resolvers, merged: one file per SDL file. */
import type { Resolvers } from '../schema/generated.ts';
import { accounts } from './accounts.ts';
import { applications } from './applications.ts';
import { availability } from './availability.ts';
import { calendars } from './calendars.ts';
import { changes } from './changes.ts';
import { events } from './events.ts';
import { freshness } from './freshness.ts';
import { node } from './node.ts';
import { operations } from './operations.ts';
import { service } from './service.ts';

const parts = [accounts, applications, availability, calendars, changes, events, freshness, node, operations, service];

export const resolvers: Resolvers = merge(parts);

function merge(list: readonly object[]): Resolvers {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const part of list) {
    for (const [type, fields] of Object.entries(part)) merged[type] = { ...merged[type], ...(fields as object) };
  }
  return merged as Resolvers;
}
