/** Where the supergraph comes from, at the start and while the service runs: composed here from neighbours, or a file. */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutgoingPost } from '../../datasources/http/outgoing-post.ts';
import { StartFailure } from '../../datasources/store/start-failure.ts';
import { textOf } from '../graphql/scrub.ts';
import type { Log } from '../log.ts';
import { compose } from './composition.ts';
import { sdlOfNeighbour } from './sdl-of-neighbour.ts';
import { ourName } from './supergraph.ts';

/** What feeds a gateway with supergraphs. A new one that cannot be served is told to the operator, and the last goes on. */
export interface SupergraphSource {
  /** Gives the first. @throws StartFailure where there is none that can be served */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whether the newest supergraph is served, or one before it. */
  readonly isCurrent: boolean;
  /** Names of the neighbours whose SDL could not be read the last time. */
  readonly away: ReadonlySet<string>;
}

interface Options {
  readonly log: Log;
  /** @throws StartFailure */
  readonly take: (supergraphSdl: string) => void;
  /** Milliseconds between two looks. */
  readonly every: number;
}

export interface NeighboursOptions extends Options {
  readonly neighbours: readonly { readonly name: string; readonly url: string }[];
  readonly ownSdl: string;
  readonly post: OutgoingPost;
  /** Milliseconds for one answer. */
  readonly timeout: number;
  /** Milliseconds for which the start waits for neighbours that are starting, too. */
  readonly patience: number;
  /** Where the neighbours' SDL is kept for a start without them; null: nowhere. */
  readonly folder: string | null;
}

/** Milliseconds between two tries of a start. */
const tryAgainAfter = 250;

/** Composes this service with its neighbours, and again whenever the SDL of one has changed. */
export function neighboursSource(options: NeighboursOptions): SupergraphSource {
  const { neighbours, log } = options;
  const known = new Map<string, string>();
  const away = new Set<string>();
  let isCurrent = true;

  const read = async ({ name, url }: { readonly name: string; readonly url: string }): Promise<string | null> => {
    try {
      const sdl = await sdlOfNeighbour(options.post, url, options.timeout);
      away.delete(name);
      return sdl;
    } catch (error) {
      if (!away.has(name)) log.warn({ subgraph: name, reason: (error as Error).message }, 'a subgraph is away');
      away.add(name);
      return null;
    }
  };

  const serve = (sdls: ReadonlyMap<string, string>): void => {
    options.take(
      compose([
        { name: ourName, url: '', sdl: options.ownSdl },
        ...neighbours.map(({ name, url }) => ({ name, url, sdl: sdls.get(name) ?? '' })),
      ]),
    );
    for (const [name, sdl] of sdls) {
      known.set(name, sdl);
      keep(options.folder, name, sdl, log);
    }
  };

  /** What was seen last and could not be served: it is not composed again at every look. */
  let refused: ReadonlyMap<string, string> | null = null;
  const watch = looking(options.every, options.log, async () => {
    const fresh = new Map(known);
    await Promise.all(
      neighbours.map(async (neighbour) => {
        const sdl = await read(neighbour);
        if (sdl !== null) fresh.set(neighbour.name, sdl);
      }),
    );
    if (isSame(fresh, refused)) return;
    try {
      if (!isSame(fresh, known)) serve(fresh);
      if (!isCurrent) log.info({}, 'the subgraphs compose again');
      isCurrent = true;
      refused = null;
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      log.error({ reason: error.message }, 'the supergraph before this one is served');
      isCurrent = false;
      refused = fresh;
    }
  });

  return {
    async start() {
      const found = new Map<string, string>();
      const until = performance.now() + options.patience;
      for (;;) {
        const missing = neighbours.filter(({ name }) => !found.has(name));
        await Promise.all(
          missing.map(async (neighbour) => {
            const sdl = await read(neighbour);
            if (sdl !== null) found.set(neighbour.name, sdl);
          }),
        );
        // Who was there before is not waited for.
        const isWanted = neighbours.some(({ name }) => !found.has(name) && keptSdl(options.folder, name) === null);
        if (!isWanted || performance.now() > until) break;
        await new Promise((later) => setTimeout(later, tryAgainAfter));
      }
      for (const { name, url } of neighbours) {
        if (found.has(name)) continue;
        const kept = keptSdl(options.folder, name);
        if (kept === null) {
          const { origin, pathname } = new URL(url);
          throw new StartFailure(
            `MERIDIAN_SUBGRAPHS: the subgraph ${name} at ${origin}${pathname} did not tell its SDL, and none is kept from before: start it first`,
          );
        }
        log.warn({ subgraph: name }, 'a subgraph is away: composed with the SDL that it had');
        found.set(name, kept);
      }
      serve(found);
      watch.start();
    },
    stop: () => watch.stop(),
    get isCurrent() {
      return isCurrent;
    },
    away,
  };
}

/** Serves the supergraph of a file, and again whenever the file has changed. */
export function fileSource(path: string, options: Options): SupergraphSource {
  let taken = '';
  let isCurrent = true;
  const stamp = () => {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  };
  const watch = looking(options.every, options.log, async () => {
    try {
      const now = stamp();
      if (now === taken) return;
      taken = now;
      options.take(readFileSync(path, 'utf8'));
      isCurrent = true;
    } catch (error) {
      if (isCurrent)
        options.log.error({ reason: (error as Error).message }, 'the supergraph before this one is served');
      isCurrent = false;
    }
  });
  return {
    async start() {
      taken = stamp();
      options.take(readFileSync(path, 'utf8'));
      watch.start();
    },
    stop: () => watch.stop(),
    get isCurrent() {
      return isCurrent;
    },
    away: new Set(),
  };
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string> | null): boolean {
  return other !== null && [...one].every(([name, sdl]) => other.get(name) === sdl);
}

/** Looks again and again, never twice at once. */
function looking(every: number, log: Log, look: () => Promise<void>): { start(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let under: Promise<void> = Promise.resolve();
  let stopped = false;
  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      under = look()
        .catch((error: unknown) => log.error({ error: textOf(error) }, 'looking for another supergraph failed'))
        .finally(next);
    }, every);
    timer.unref();
  };
  return {
    start: next,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await under;
    },
  };
}

function keptSdl(folder: string | null, name: string): string | null {
  if (folder === null) return null;
  try {
    return readFileSync(join(folder, `${name}.graphql`), 'utf8');
  } catch {
    return null;
  }
}

/** Not to keep it costs nothing but a start without the neighbour. */
function keep(folder: string | null, name: string, sdl: string, log: Log): void {
  if (folder === null || keptSdl(folder, name) === sdl) return;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${name}.graphql`);
    writeFileSync(`${path}.new`, sdl, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    log.warn({ subgraph: name, reason: String((error as NodeJS.ErrnoException).code) }, 'its SDL could not be kept');
  }
}
