/** A service with something in it, as clients meet it: its address, its key, and the operations that they send. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findWorld, variablesOf, type World } from '../../operations/variables.ts';
import { meridian } from '../cli/meridian.ts';
import type { Loose } from '../setup/graph.ts';
import { createService, type Service } from '../setup/service.ts';

export interface Seeded {
  readonly service: Service;
  readonly url: string;
  readonly socketUrl: string;
  readonly authorization: string;
  readonly world: World;
  /** What each operation is asked with. */
  readonly variables: Loose;
  /** Writes the event that a live client is then told of. */
  writeEvent(summary: string): Promise<void>;
  remove(): Promise<void>;
}

/** The operations' texts by their names. */
export const operations: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync('operations')
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(join('operations', file), 'utf8'))
    .map((text) => [/^(?:query|mutation|subscription) (\w+)/m.exec(text)?.[1] ?? '', text]),
);

/** @param documents trusts the operations, as Apollo Client sends them, beside any other */
export async function seeded({ documents = false }: { readonly documents?: boolean } = {}): Promise<Seeded> {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'));
  const manifest = join(folder, 'manifest.json');
  if (documents) {
    const { code, stderr } = await meridian(['documents', 'operations', '--typename', '--out', manifest], {});
    if (code !== 0) throw new Error(stderr);
  }
  const service = await createService();
  await service.start(documents ? { MERIDIAN_DOCUMENTS: 'allow', MERIDIAN_DOCUMENTS_MANIFEST: manifest } : {});
  const run = (name: string, variables: object) => service.graph(operations[name] ?? '', { ...variables });
  const world = await findWorld(run, { now: new Date(), timeZone: 'Europe/London' });
  const variables: Loose = variablesOf(world);
  return {
    service,
    url: `${service.address}/graphql`,
    socketUrl: `${service.address.replace('http', 'ws')}/graphql`,
    authorization: `Bearer ${service.key()}`,
    world,
    variables,
    writeEvent: async (summary) => void (await run('WriteAnEvent', { ...variables.WriteAnEvent, summary })),
    async remove() {
      await service.remove();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What a partial answer is asked for: one field answers, the other is refused. */
export const partial = `query Partial($from: DateTime!, $to: DateTime!) {
  meridian { version }
  availability(input: { participants: [], requiredDuration: "PT30M", search: { periods: [{ start: $from, end: $to }] } }) { truncated }
}`;
