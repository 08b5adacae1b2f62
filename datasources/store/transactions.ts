/** Transactions under a role and a tenant, on connections that carry neither into the next one. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  DummyDriver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type RawBuilder,
  SingleConnectionProvider,
  Transaction,
} from 'kysely';
import pg from 'pg';
import type { QueryCounter, Tenant, Tx } from './store.ts';
import type { Tables } from './tables.ts';

const compiler = new PostgresQueryCompiler();
const adapter = new PostgresAdapter();
const driver = new DummyDriver(); // never asked: the transaction's executor has its connection
const dialect = {
  createAdapter: () => adapter,
  createDriver: () => driver,
  createIntrospector: (db: ConstructorParameters<typeof PostgresIntrospector>[0]) => new PostgresIntrospector(db),
  createQueryCompiler: () => compiler,
};
const config = { dialect };

const idShape = /^[A-Za-z0-9_.-]{1,100}$/;
const traceShape = /^[0-9a-f-]{55}$/;

/**
 * What a tenant's transaction begins with: role and tenant in one statement, each for this transaction alone; with the trace that
 * its changes are of, where it is of one.
 * @throws TypeError for an id that is not shaped like one; nothing is sent then.
 */
export function beginAs(role: 'meridian_app', tenant: Tenant, trace?: string | null): string;
export function beginAs(role: 'meridian_worker', tenant: null, trace?: string | null): string;
export function beginAs(
  role: 'meridian_app' | 'meridian_worker',
  tenant: Tenant | null,
  trace: string | null = null,
): string {
  const application = tenant?.applicationId ?? '';
  const accounts = tenant?.accountIds ?? (tenant?.accountId == null ? [] : [tenant.accountId]);
  if (tenant !== null && !idShape.test(application)) throw new TypeError('expected the id of an application');
  if (!accounts.every((id) => idShape.test(id))) throw new TypeError('expected the id of an account');
  // None at all would be taken for every account.
  if (tenant?.accountIds?.length === 0) throw new TypeError('expected at least one account');
  if (trace !== null && !traceShape.test(trace)) throw new TypeError('expected a traceparent');
  // Sent as one simple query, which takes no parameters; the shapes above hold nothing that would need escaping.
  const begin = `begin; select set_config('role', '${role}', true), set_config('meridian.application', ${pg.escapeLiteral(application)}, true), set_config('meridian.account', ${pg.escapeLiteral(accounts.join(','))}, true)`;
  return trace === null ? begin : `${begin}, set_config('meridian.trace', '${trace}', true)`;
}

/**
 * Runs `work` in one transaction that starts with `begin`, and commits; rolls back when `work` throws. A connection
 * whose end of transaction is not certain is destroyed, never given to the next one.
 *
 * @throws what `work` throws; AbortedTransactionError when `work` swallowed a failed statement; pg.DatabaseError (a
 * deadlock's 40P01 and a serialisation failure's 40001 among them) as it came.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  begin: string,
  work: (tx: Tx) => Promise<T>,
  counter?: QueryCounter,
): Promise<T> {
  const client = await connect(pool);
  sendTogether(client);
  // Not awaited: it travels with the first statement. If it fails, every statement after it fails too.
  const begun = client.query(begin).then(
    () => null,
    (error: unknown) => error ?? new Error('begin failed'),
  );
  const connection = new OneTransaction(client, counter);
  try {
    const executor = new DefaultQueryExecutor(compiler, adapter, new SingleConnectionProvider(connection));
    const tx = new Transaction<Tables>({ config, driver, dialect, executor });
    connections.set(tx, connection);
    const result = await work(tx);
    connection.end();
    // Not asked of before the commit is on its way, where the last statement was sent without waiting: a lock that it took
    // is held no longer than the database needs. A failure among them makes PostgreSQL roll back instead.
    const ended = connection.committed ?? client.query('commit');
    ended.catch(() => undefined);
    const failed = (await begun) ?? (await connection.failure());
    const { command } = await ended;
    if (failed !== null) throw failed;
    if (command === 'ROLLBACK') throw new AbortedTransactionError();
    client.release();
    return result;
  } catch (error) {
    connection.end();
    const failed = (await begun) ?? (await connection.failure());
    // After a commit that PostgreSQL turned into a rollback this one is a warning and costs a round trip, no more.
    const clean = await client.query('rollback').then(
      () => true,
      () => false,
    );
    client.release(!clean);
    throw failed ?? error;
  }
}

const connections = new WeakMap<Tx, OneTransaction>();

/**
 * Sends a statement whose answer nobody needs, without waiting for it: as the last of a transaction it travels with the
 * commit. When it fails, the transaction rolls back and rejects with its error, whatever statement came behind it.
 */
export function sendStatement(tx: Tx, text: string, values: unknown[]): void {
  const connection = connections.get(tx);
  if (connection === undefined) throw new TypeError('expected the transaction that the store opened');
  connection.send(text, values);
}

/**
 * Runs a statement that PostgreSQL parses once for each connection and plans anew only while that pays: for what is asked many
 * times a second and hardly touches a row, where parsing and planning under row-level security cost more than the answer.
 * Of a text that depends on its arguments it is worth it only where there are few such texts.
 */
export async function runPrepared<Row>(tx: Tx, statement: RawBuilder<Row>): Promise<Row[]> {
  const connection = connections.get(tx);
  if (connection === undefined) return (await statement.execute(tx)).rows;
  return connection.runPrepared<Row>(statement.compile(tx));
}

/**
 * As `runPrepared`, and ends the transaction: the commit travels with the statement, and its answer with that one's. For a
 * statement that reads; none may follow. What `work` throws after it takes nothing back.
 */
export async function runPreparedLast<Row>(tx: Tx, statement: RawBuilder<Row>): Promise<Row[]> {
  const connection = connections.get(tx);
  if (connection === undefined) throw new TypeError('expected the transaction that the store opened');
  const rows = connection.runPrepared<Row>(statement.compile(tx));
  connection.commit();
  return rows;
}

/** Each connection keeps what is prepared until it ends: past so many texts nothing more is. */
const mostPrepared = 100;
const preparedNames = new Map<string, string>();

function preparedName(text: string): string | undefined {
  const known = preparedNames.get(text);
  if (known !== undefined || preparedNames.size >= mostPrepared) return known;
  const name = `meridian_${preparedNames.size}`;
  preparedNames.set(text, name);
  return name;
}

/** What is sent before anything is waited for goes out in one packet: each of its own wakes the database once more. */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = client.connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Nothing was sent yet: a server that is just starting again (or being replaced by its standby) is worth waiting for. */
const restarting = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', '57P01', '57P02', '57P03']);
const restartsWithin = 5_000;

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  for (let waited = 0; ; waited += 50) {
    try {
      return await pool.connect();
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (waited >= restartsWithin || pool.ending || typeof code !== 'string' || !restarting.has(code)) throw error;
    }
    await sleep(50);
  }
}

/** A pool's connection for as long as one transaction lasts: a statement that comes too late must not reach the next tenant. */
class OneTransaction implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  readonly #counter: QueryCounter | undefined;
  /** The commit, where it is on its way already. */
  committed: Promise<pg.QueryResult> | null = null;
  #over = false;
  #sent: Promise<unknown> = Promise.resolve(null);

  constructor(client: pg.PoolClient, counter: QueryCounter | undefined) {
    this.#client = client;
    this.#counter = counter;
  }

  end(): void {
    this.#over = true;
  }

  /** Behind what was sent before; nothing is sent after it. */
  commit(): void {
    this.end();
    this.committed = this.#client.query('commit');
    this.committed.catch(() => undefined);
  }

  /** Settles once everything that was sent without waiting is answered, with the first error among the answers. */
  failure(): Promise<unknown> {
    return this.#sent;
  }

  send(text: string, values: unknown[]): void {
    if (this.#over) throw new Error('this transaction is over: a statement was not awaited inside it');
    if (this.#counter !== undefined) this.#counter.sqlQueries++;
    const answer = this.#client.query(text, values).then(
      () => null,
      (error: unknown) => error ?? new Error('the statement failed'),
    );
    const before = this.#sent;
    this.#sent = answer.then(async (failed) => (await before) ?? failed);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#over) throw new Error('this transaction is over: a statement was not awaited inside it');
    if (this.#counter !== undefined) this.#counter.sqlQueries++;
    const { command, rowCount, rows } = await this.#client.query(query.sql, query.parameters as unknown[]);
    const counts = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE';
    return counts ? { rows: rows ?? [], numAffectedRows: BigInt(rowCount ?? 0) } : { rows: rows ?? [] };
  }

  async runPrepared<R>({ sql, parameters }: CompiledQuery): Promise<R[]> {
    if (this.#over) throw new Error('this transaction is over: a statement was not awaited inside it');
    if (this.#counter !== undefined) this.#counter.sqlQueries++;
    const name = preparedName(sql);
    const query = { text: sql, values: parameters as unknown[] };
    return (await this.#client.query(name === undefined ? query : { ...query, name })).rows;
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming needs a connection of its own: read in pages');
  }
}
