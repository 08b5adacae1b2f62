/** setParticipationStatus where nobody would tell the organizer. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MemoryProvider } from '../../../datasources/providers/memory/provider.ts';
import type { EventContent } from '../../../domain/events/model.ts';
import { applicationCalendar, type Loose, openGraph, type TestGraph } from '../../setup/graph.ts';
import { eventFields } from '../scheduling-world.ts';
import { event } from '../world.ts';

const answerDocument = `mutation ($input: SetParticipationStatusInput!) { setParticipationStatus(input: $input) {
  event { id } operation { id } userErrors { code path message } } }`;
const upsert = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) {
  event { id permissions { changeParticipationStatus } } userErrors { code path } } }`;
const timed = (hour: number) => ({ timed: { dateTime: `2026-12-01T${hour}:00:00Z`, timeZone: 'Europe/London' } });

describe('where nobody would tell the organizer', () => {
  let graph: TestGraph;
  let invitation: Loose;
  const answer = async (input: Record<string, unknown>): Promise<Loose> =>
    (await graph.run(answerDocument, { input })).data.setParticipationStatus;
  const person = (email: string) => ({ uri: `mailto:${email}`, email, name: null });
  const people: Pick<EventContent, 'organizer' | 'attendees'> = {
    organizer: person('carol@elsewhere.test'),
    attendees: [{ ...person('alice@example.test'), status: 'NEEDS_ACTION', optional: false, resource: false }],
  };
  beforeAll(async () => {
    const provider = new MemoryProvider();
    const remoteId = provider.addCalendar({ name: 'Work' });
    provider.put(remoteId, event('invitation', 'invitation', people));
    graph = await openGraph({ provider });
    const { connectCalDav } = await graph.data(
      `mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) {
        profile { id calendars { id capabilities { attendees } } } userErrors { code message } } }`,
      { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
    );
    const [calendar] = connectCalDav.profile.calendars;
    expect(calendar.capabilities.attendees).toBe(false);
    await graph.engine.pollNow(connectCalDav.profile.id);
    invitation = (
      await graph.data(`query ($by: EventRef!) { event(by: $by) { ${eventFields} } }`, {
        by: { external: { calendarId: calendar.id, uid: 'invitation' } },
      })
    ).event;
  });
  afterAll(() => graph.close());

  test('an invitation shows its owner’s answer, and is not answered', async () => {
    expect(invitation).toMatchObject({
      participationStatus: 'NEEDS_ACTION',
      permissions: { changeParticipationStatus: false },
    });
    expect(await answer({ id: invitation.id, status: 'ACCEPTED' })).toMatchObject({
      event: null,
      operation: null,
      userErrors: [{ code: 'NOT_SUPPORTED', path: ['id'], message: expect.stringMatching(/capabilities\.attendees/) }],
    });
  });

  test('every error of an input is answered at once', async () => {
    const wrong = { id: invitation.id, status: 'DELEGATED', comment: 'é'.repeat(1_025) };
    expect((await answer(wrong)).userErrors).toEqual([
      { code: 'INVALID', path: ['status'], message: 'Expected ACCEPTED, DECLINED or TENTATIVE, got DELEGATED' },
      { code: 'TOO_LONG', path: ['comment'], message: 'Expected at most 1,024 characters, got 1,025' },
      { code: 'NOT_SUPPORTED', path: ['id'], message: expect.any(String) },
    ]);
    const unknown = { ...wrong, id: 'evt_00000000000000000000000000', comment: 'é'.repeat(1_024) };
    expect((await answer(unknown)).userErrors).toEqual([
      { code: 'NOT_FOUND', path: ['id'], message: expect.any(String) },
      { code: 'INVALID', path: ['status'], message: expect.any(String) },
    ]);
  });

  test('an application calendar neither invites nor is invited', async () => {
    const { calendarId } = await applicationCalendar(graph);
    const own = { calendarId, key: 'own', summary: 'own', start: timed(10), end: timed(11) };
    const { data } = await graph.run(upsert, {
      input: own,
    });
    expect(data.upsertEvent.event.permissions.changeParticipationStatus).toBe(false);
    expect(await answer({ id: data.upsertEvent.event.id, status: 'ACCEPTED' })).toMatchObject({
      userErrors: [{ code: 'NOT_SUPPORTED', path: ['id'] }],
    });
    const refused = await graph.run(upsert, {
      input: { ...own, key: 'invites', attendees: { invite: [{ email: 'bob@example.test' }] } },
    });
    expect(refused.data.upsertEvent).toMatchObject({
      event: null,
      userErrors: [{ code: 'NOT_SUPPORTED', path: ['attendees', 'invite'] }],
    });
  });
});
