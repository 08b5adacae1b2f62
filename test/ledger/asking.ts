/** Who has no socket: asks Query.changes again and again, for pages of any size, one node or another. */
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type AnsweredError, type Batch, type Connection, failureOf, type SubscriberOptions } from './subscriber.ts';

const document = `query ($after: String, $first: Int, $filter: ChangeFilter) {
  changes(after: $after, first: $first, filter: $filter) { cursor caughtUp changes { kind at accountId subjectId } } }`;

export async function ask<Data>(
  address: string,
  token: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  patience = 5_000,
): Promise<Data> {
  const answer = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(patience),
  });
  const { data, errors } = (await answer.json()) as { data: Data; errors?: readonly AnsweredError[] };
  if (errors !== undefined) throw failureOf(errors);
  return data;
}

/** Ends with the first question that fails: the next one asks for the same again. */
export function byQuestions({ address, token, filter }: SubscriberOptions, largestPage = 100): Connection {
  return async (cursor, take, ending) => {
    let after = cursor;
    while (!ending.aborted) {
      const first = 1 + randomInt(largestPage);
      const { changes } = await ask<{ changes: Batch }>(address(), token, document, { after, first, filter });
      take(changes);
      after = changes.cursor;
      if (changes.caughtUp) await delay(150);
    }
    return 'stopped';
  };
}
