/** What ends while a socket is open: the credentials that somebody on this node is connected with, asked about together. */
import { sql } from 'kysely';
import type { Store } from '../datasources/store/store.ts';

/**
 * Milliseconds between two questions. What was revoked elsewhere must be heard of within a second, with the question itself
 * inside that second.
 */
const betweenQuestions = 800;
/** A revocation in this process is asked about after so many milliseconds: what it was told to say last is said by then. */
const afterHint = 150;

export interface OpenCredentials {
  /**
   * Calls `ended` once when the credential is found revoked, expired, gone, or of an account that no longer authorises its
   * application; within a second of that, unless the database is away. The answer stops watching, any number of times.
   */
  watch(credentialId: string, ended: () => void): () => void;
  /** Something was revoked in this process: asks soon. Cheap, never throws. */
  hint(): void;
  /** Asks no more; nobody is told anything. */
  close(): Promise<void>;
}

export interface OpenCredentialsOptions {
  readonly store: Store;
  /** A question that failed, the first of several in a row; nobody's credential ends by that. */
  readonly onError?: (error: unknown) => void;
  /** Calls `run` once after so many milliseconds; the answer cancels it. */
  readonly after?: (milliseconds: number, run: () => void) => () => void;
}

/** One statement for all credentials of the node, however many sockets they have open; none while there is no socket. */
export function openCredentials(options: OpenCredentialsOptions): OpenCredentials {
  const { store, onError = () => {}, after = later } = options;
  const open = new Map<string, Set<() => void>>();
  let planned: { readonly soon: boolean; readonly cancel: () => void } | null = null;
  let asking: Promise<void> | null = null;
  let hinted = false;
  let failing = false;
  let closed = false;

  const plan = (soon: boolean): void => {
    if (closed || open.size === 0 || asking !== null || (planned !== null && (planned.soon || !soon))) return;
    planned?.cancel();
    const cancel = after(soon ? afterHint : betweenQuestions, () => {
      planned = null;
      asking = ask().finally(() => {
        asking = null;
        const again = hinted;
        hinted = false;
        plan(again);
      });
    });
    planned = { soon, cancel };
  };

  const ask = async (): Promise<void> => {
    try {
      const ended = await findEnded(store, [...open.keys()]);
      failing = false;
      for (const id of ended) {
        const told = open.get(id);
        open.delete(id);
        for (const tell of told ?? []) tell();
      }
    } catch (error) {
      if (!failing) onError(error);
      failing = true;
    }
  };

  return {
    watch(credentialId, ended) {
      const tell = () => ended();
      const others = open.get(credentialId);
      if (others === undefined) open.set(credentialId, new Set([tell]));
      else others.add(tell);
      plan(false);
      return () => {
        const left = open.get(credentialId);
        if (left?.delete(tell) !== true || left.size > 0) return;
        open.delete(credentialId);
        if (open.size > 0) return;
        planned?.cancel();
        planned = null;
      };
    },
    hint() {
      if (asking !== null) hinted = true;
      plan(true);
    },
    async close() {
      closed = true;
      planned?.cancel();
      planned = null;
      await asking;
      open.clear();
    },
  };
}

/** Those that `authenticate` would refuse now, by the same rules and the database's clock. */
async function findEnded(store: Store, credentialIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await store.asWorker((tx) =>
    sql<{ id: string }>`
      select open.id from unnest(${credentialIds}::text[]) as open (id) where not exists (
        select from credential c
        join application a on a.id = c.application_id
        left join authorization_grant g
          on g.application_id = c.application_id and g.account_id = c.account_id and g.status = 'ACTIVE'
        where c.id = open.id and c.revoked_at is null and (c.expires_at is null or c.expires_at > now())
          and (c.account_id is null or g.id is not null))`.execute(tx),
  );
  return rows.map((row) => row.id);
}

function later(milliseconds: number, run: () => void): () => void {
  const timer = setTimeout(run, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
