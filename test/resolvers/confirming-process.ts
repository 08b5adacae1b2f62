/** A process that confirms a hold in somebody else's database, and is killed by who started it. */
import { createIdSource } from '../../datasources/store/ids.ts';
import { openStore } from '../../datasources/store/open.ts';
import type { FreshStore } from '../setup/database.ts';
import { testKeyRing, testZoneDataVersion } from '../setup/database-servers.ts';
import { openGraph } from '../setup/graph.ts';
import { holding } from './held.ts';

const { database, holdId, calendarIds } = JSON.parse(process.argv[2] ?? '');
const store = await openStore({
  ...{ database, ids: createIdSource(), keyRing: testKeyRing },
  ...{ zoneDataVersion: testZoneDataVersion, maximumConnections: 4 },
});
// What tests read behind the store's back, nobody does here.
const graph = await openGraph({ fresh: { store } as FreshStore });
const events = calendarIds.map((calendarId: string) => ({
  event: { calendarId, key: 'interview', summary: 'Interview' },
}));
await holding(graph).confirm({ holdId, events });
