/** Managed events of an application that is made while the service runs: known again after the loss of the database. */
import { expect, test } from '@jest/globals';
import { createApplication } from '../../auth/applications.ts';
import { openGraph, type TestGraph } from '../setup/graph.ts';

const connect = `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
  profile { id calendars { id } } userErrors { code message } } }`;
const upsert =
  'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { operation { status } userErrors { code message } } }';

async function connected(graph: TestGraph) {
  const { store } = graph.fresh;
  // The service has been running for some time when the operator makes it, under the client id that it had.
  const { secret, application } = await store.asWorker((tx) =>
    createApplication(tx, store.ids, { name: 'Shop', clientId: 'shop-0123' }, 'operator'),
  );
  const input = { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' };
  const { connectCalDav } = await graph.data(connect, { input }, secret);
  await graph.engine.pollNow(connectCalDav.profile.id);
  return { secret, applicationId: application.id, calendarId: connectCalDav.profile.calendars[0].id };
}

test('an application that was made again under its client id finds its events', async () => {
  const before = await openGraph();
  const after = await openGraph();
  try {
    const remoteId = before.provider.addCalendar({ name: 'Work' });
    const { secret, calendarId } = await connected(before);
    const at = (dateTime: string) => ({ timed: { dateTime, timeZone: 'Europe/London' } });
    const input = {
      calendarId,
      key: 'visit',
      summary: 'Visit',
      start: at('2026-03-02T10:00:00Z'),
      end: at('2026-03-02T11:00:00Z'),
    };
    const { upsertEvent } = await before.data(upsert, { input }, secret);
    expect(upsertEvent.operation.status).toBe('APPLIED');

    const kept = before.provider.calendars.get(remoteId);
    if (kept === undefined) throw new Error('the calendar is gone');
    after.provider.calendars.set(remoteId, kept);
    const { applicationId } = await connected(after);
    const rows = await after.fresh.superuser('select application_id, key from managed_event');
    expect(rows).toEqual([{ application_id: applicationId, key: 'visit' }]);
  } finally {
    await before.close();
    await after.close();
  }
});
