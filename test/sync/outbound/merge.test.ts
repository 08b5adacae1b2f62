/** A write upon which its user, or the server, has changed the event meanwhile: kept beside it, or refused with what is there. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CalendarObject, EventContent } from '../../../domain/events/model.ts';
import { type Loose, openGraph, type TestGraph } from '../../setup/graph.ts';

let graph: TestGraph;
let calendarId = '';
let profileId = '';
let remoteId = '';
beforeAll(async () => {
  graph = await openGraph();
  remoteId = graph.provider.addCalendar({ name: 'Work' });
  const { connectCalDav } = await graph.data(
    'mutation ($input: ConnectCalDavInput!) { connectCalDav(input: $input) { profile { id calendars { id } } userErrors { code message } } }',
    { input: { serverUrl: 'http://127.0.0.1:1/', username: 'alice', password: 'alicepw' } },
  );
  profileId = connectCalDav.profile.id;
  calendarId = connectCalDav.profile.calendars[0].id;
  await graph.engine.pollNow(profileId);
});
afterAll(() => graph.close());
beforeEach(() => {
  graph.provider.faults.clear();
  graph.provider.calls.clear();
});

const answer = `event { id uid version summary description location { description } } conflict { id summary }
  operation { id status attempts failure { code message } } warnings { code } userErrors { code path message }`;
const upsertDocument = `mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { ${answer} } }`;
const input = (key: string, more: Record<string, unknown> = {}) => ({
  calendarId,
  key,
  summary: key,
  start: { timed: { dateTime: '2026-03-02T10:00:00Z', timeZone: 'Europe/London' } },
  end: { timed: { dateTime: '2026-03-02T11:00:00Z', timeZone: 'Europe/London' } },
  ...more,
});
const upsert = async (key: string, more: Record<string, unknown> = {}): Promise<Loose> =>
  (await graph.run(upsertDocument, { input: input(key, more) })).data.upsertEvent;
const change = async (key: string, more: Record<string, unknown>): Promise<Loose> =>
  (await graph.run(upsertDocument, { input: { calendarId, key, ...more } })).data.upsertEvent;
const deleteManaged = async (key: string, control: Record<string, unknown> = {}): Promise<Loose> =>
  (
    await graph.run(
      `mutation ($input: DeleteManagedEventInput!) { deleteManagedEvent(input: $input) { deletedId ${answer} } }`,
      { input: { calendarId, key, control } },
    )
  ).data.deleteManagedEvent;
const resource = (uid: string) => {
  const found = [...graph.provider.calendar(remoteId).resources.values()].find(({ object }) => object.uid === uid);
  if (found === undefined) throw new Error('not at the provider');
  return found;
};
/** Another client's hand. */
function edit(uid: string, changed: (object: CalendarObject) => Partial<CalendarObject>): void {
  const { object, remoteId: place } = resource(uid);
  graph.provider.put(remoteId, { ...object, ...changed(object) }, null, place);
}
const editMaster = (uid: string, changed: Partial<EventContent>) =>
  edit(uid, ({ master }) => ({ master: master === null ? null : { ...master, ...changed } }));
const log = async (eventId: string) =>
  (
    await graph.fresh.superuser<{ kind: string; made_by: string | null }>(
      `select kind, made_by from change_log where subject_id = '${eventId}' order by sequence`,
    )
  ).map(({ kind, made_by }) => `${kind}${made_by === null ? '' : ' (own)'}`);
const calls = () => Object.fromEntries(graph.provider.calls);
const guest = (name: string, status: 'NEEDS_ACTION' | 'ACCEPTED' = 'NEEDS_ACTION') => ({
  uri: `mailto:${name}@example.test`,
  email: `${name}@example.test`,
  name: null,
  status,
  optional: false,
  resource: false,
});

describe('fields that do not collide', () => {
  test('are kept from both sides; the user’s are told as none of ours', async () => {
    const { event } = await upsert('both');
    editMaster(event.uid, { description: 'by phone' });
    const merged = await change('both', { summary: 'ours' });
    expect(merged).toMatchObject({
      event: { summary: 'ours', description: 'by phone' },
      conflict: null,
      operation: { status: 'APPLIED', failure: null },
      userErrors: [],
    });
    expect(resource(event.uid).object.master).toMatchObject({ summary: 'ours', description: 'by phone' });
    expect(calls()).toEqual({ write: 3, read: 1 });
    expect(await log(event.id)).toEqual(['EVENT_CREATED (own)', 'EVENT_UPDATED (own)', 'EVENT_UPDATED']);
    await graph.engine.pollNow(profileId);
    expect(await log(event.id)).toHaveLength(3);
  });

  test('an equal change on both sides is no collision, and needs no second write', async () => {
    const { event } = await upsert('equal');
    editMaster(event.uid, { summary: 'same', stampedAt: 1 } as Partial<EventContent>);
    graph.provider.calls.clear();
    expect(await change('equal', { summary: 'same' })).toMatchObject({ operation: { status: 'APPLIED' } });
    expect(calls()).toEqual({ write: 1, read: 1 });
  });

  test('answers that came at the server stay while attendees are invited', async () => {
    const { event } = await upsert('guests');
    const { master } = resource(event.uid).object;
    const people = { organizer: guest('alice'), attendees: [guest('ann')] };
    editMaster(event.uid, people);
    await graph.engine.pollNow(profileId);
    editMaster(event.uid, { ...people, attendees: [guest('ann', 'ACCEPTED')] });
    const uninvited = await change('guests', { summary: 'new', start: undefined });
    expect(uninvited.userErrors).toEqual([]);
    expect(resource(event.uid).object.master).toMatchObject({
      summary: 'new',
      attendees: [{ email: 'ann@example.test', status: 'ACCEPTED' }],
    });
    expect(master).not.toBeNull();
  });

  test('an occurrence that the user moves stays moved while the series is renamed', async () => {
    const { event } = await upsert('series', { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=5'] });
    const { master } = resource(event.uid).object;
    if (master === null) throw new Error('no master');
    const recurrenceId = '20260309T100000';
    edit(event.uid, () => ({ exceptions: [{ recurrenceId, content: { ...master, rules: [], location: place } }] }));
    expect(await change('series', { summary: 'renamed' })).toMatchObject({ operation: { status: 'APPLIED' } });
    expect(resource(event.uid).object).toMatchObject({
      master: { summary: 'renamed' },
      exceptions: [{ recurrenceId, content: { location: place } }],
    });
  });
  const place = { description: 'elsewhere', latitude: null, longitude: null };

  test('are merged also where the write had to wait for its provider', async () => {
    const { event } = await upsert('waits');
    graph.provider.faults.add('write', { kind: 'unreachable' });
    const pending = await change('waits', { summary: 'ours' });
    expect(pending.operation.status).toBe('PENDING');
    editMaster(event.uid, { description: 'by phone' });
    await graph.engine.pollNow(profileId);
    expect(await graph.engine.attemptOperation(pending.operation.id)).toMatchObject({ status: 'APPLIED' });
    expect(resource(event.uid).object.master).toMatchObject({ summary: 'ours', description: 'by phone' });
  });

  test('whose merged write loses its answer are not merged twice', async () => {
    const { event } = await upsert('lost answer');
    editMaster(event.uid, { description: 'by phone' });
    graph.provider.faults.add('write', { kind: 'slow', until: async () => {} });
    graph.provider.faults.add('write', { kind: 'lost-answer' });
    const pending = await change('lost answer', { summary: 'ours' });
    expect(pending.operation.status).toBe('PENDING');
    const { etag } = resource(event.uid);
    expect(await graph.engine.attemptOperation(pending.operation.id)).toMatchObject({ status: 'APPLIED' });
    expect(resource(event.uid).etag).toBe(etag);
    expect(resource(event.uid).object.master).toMatchObject({ summary: 'ours', description: 'by phone' });
  });
});

describe('what is not merged', () => {
  test('fields that both changed differently: FAILED, theirs stand, and the message names them', async () => {
    const { event } = await upsert('collides');
    editMaster(event.uid, { summary: 'theirs', description: 'theirs' });
    expect(await change('collides', { summary: 'ours', description: 'ours' })).toMatchObject({
      event: null,
      conflict: { id: event.id, summary: 'theirs' },
      operation: { status: 'FAILED', failure: { code: 'CONFLICT', message: expect.stringContaining('summary, desc') } },
      userErrors: [{ code: 'VERSION_CONFLICT', path: [] }],
    });
    expect(resource(event.uid).object.master?.summary).toBe('theirs');
  });

  test('a write upon a version that its author named', async () => {
    const { event } = await upsert('strict');
    editMaster(event.uid, { description: 'by phone' });
    expect(await change('strict', { summary: 'ours', control: { ifVersion: event.version } })).toMatchObject({
      conflict: { summary: 'strict' },
      userErrors: [{ code: 'VERSION_CONFLICT' }],
    });
    expect(resource(event.uid).object.master).toMatchObject({ summary: 'strict', description: 'by phone' });
  });

  test('what changes faster than it can be written: three merges, then a conflict', async () => {
    const { event } = await upsert('restless');
    let edits = 0;
    const until = async () => editMaster(event.uid, { description: `edit ${++edits}` });
    for (let time = 0; time < 10; time++) graph.provider.faults.add('write', { kind: 'slow', until });
    graph.provider.calls.clear();
    expect(await change('restless', { summary: 'ours' })).toMatchObject({
      conflict: { summary: 'restless' },
      operation: { status: 'FAILED', attempts: 1, failure: { code: 'CONFLICT' } },
    });
    expect(calls()).toEqual({ write: 4, read: 4 });
  });

  test('an event that its user deleted', async () => {
    const { event } = await upsert('deleted');
    graph.provider.delete(remoteId, resource(event.uid).remoteId);
    expect(await change('deleted', { summary: 'ours' })).toMatchObject({
      conflict: null,
      userErrors: [{ code: 'VERSION_CONFLICT' }],
    });
  });
});

describe('a deletion', () => {
  test('passes over answers that came meanwhile', async () => {
    const { event } = await upsert('answered');
    const people = { organizer: guest('alice'), attendees: [guest('ann')] };
    editMaster(event.uid, people);
    await graph.engine.pollNow(profileId);
    editMaster(event.uid, { ...people, attendees: [guest('ann', 'ACCEPTED')] });
    expect(await deleteManaged('answered')).toMatchObject({ operation: { status: 'APPLIED' }, userErrors: [] });
    expect(() => resource(event.uid)).toThrow('not at the provider');
  });

  test('does not pass over anything else, and shows what is in the way', async () => {
    const { event } = await upsert('changed');
    editMaster(event.uid, { summary: 'theirs' });
    expect(await deleteManaged('changed')).toMatchObject({
      deletedId: null,
      conflict: { id: event.id, summary: 'theirs' },
      operation: { status: 'FAILED' },
      userErrors: [{ code: 'VERSION_CONFLICT' }],
    });
  });
});

describe('writes that go together', () => {
  /** Two changes that wait for the provider. */
  async function waiting(key: string, first: Record<string, unknown>, second: Record<string, unknown>) {
    const { event } = await upsert(key);
    graph.provider.faults.add('write', { kind: 'unreachable' }, 2);
    const one = await change(key, first);
    const two = await change(key, second);
    expect([one.operation.status, two.operation.status]).toEqual(['PENDING', 'PENDING']);
    graph.provider.calls.clear();
    const states = async () => {
      await graph.engine.attemptOperation(two.operation.id);
      const ids = [one.operation.id, two.operation.id];
      const { nodes } = await graph.data(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WriteOperation { status failure { code } } } }',
        { ids },
      );
      return nodes.map(({ status }: { status: string }) => status);
    };
    return { event, states };
  }

  test('are merged as one', async () => {
    const { event, states } = await waiting('two', { summary: 'ours' }, { location: { description: 'Room' } });
    editMaster(event.uid, { description: 'by phone' });
    expect(await states()).toEqual(['APPLIED', 'APPLIED']);
    expect(resource(event.uid).object.master).toMatchObject({
      summary: 'ours',
      description: 'by phone',
      location: { description: 'Room' },
    });
    expect(calls()).toEqual({ write: 2, read: 1 });
  });

  test('of which the later collides: the earlier is done, the later is refused', async () => {
    const { event, states } = await waiting('half', { summary: 'ours' }, { description: 'ours' });
    editMaster(event.uid, { description: 'theirs' });
    expect(await states()).toEqual(['APPLIED', 'FAILED']);
    expect(resource(event.uid).object.master).toMatchObject({ summary: 'ours', description: 'theirs' });
  });

  test('of which the provider refuses the later: it fails alone', async () => {
    const { event, states } = await waiting('refused', { summary: 'good' }, { description: 'bad' });
    graph.provider.faults.add('write', { kind: 'rejected' });
    expect(await states()).toEqual(['APPLIED', 'FAILED']);
    expect(resource(event.uid).object.master).toMatchObject({ summary: 'good', description: null });
    const { node } = await graph.data(
      'query ($id: ID!) { node(id: $id) { ... on CalendarEvent { summary description } } }',
      { id: event.id },
    );
    expect(node).toEqual({ summary: 'good', description: null });
  });

  test('of which the earlier arrived and lost its answer: the later is written upon it', async () => {
    const { event } = await upsert('arrived');
    graph.provider.faults.add('write', { kind: 'lost-answer' });
    const one = await change('arrived', { summary: 'one' });
    expect(one.operation.status).toBe('PENDING');
    expect(await change('arrived', { summary: 'two' })).toMatchObject({ operation: { status: 'APPLIED' } });
    expect(resource(event.uid).object.master?.summary).toBe('two');
  });

  test('one made while another is merged keeps what the user changed', async () => {
    const { event } = await upsert('follower');
    editMaster(event.uid, { description: 'by phone' });
    let second: Loose = null;
    const until = async () => {
      second = await change('follower', { location: { description: 'Room' } });
    };
    graph.provider.faults.add('read', { kind: 'slow', until });
    expect(await change('follower', { summary: 'ours' })).toMatchObject({ operation: { status: 'APPLIED' } });
    expect(second).toMatchObject({ operation: { status: 'PENDING' } });
    expect(await graph.engine.attemptOperation(second.operation.id)).toMatchObject({ status: 'APPLIED' });
    expect(resource(event.uid).object.master).toMatchObject({
      summary: 'ours',
      description: 'by phone',
      location: { description: 'Room' },
    });
  });

  test('one made upon a named version while another is merged is refused', async () => {
    const { event } = await upsert('strict follower');
    editMaster(event.uid, { description: 'by phone' });
    let second: Loose = null;
    const until = async () => {
      const { event: seen } = await graph.data('query ($by: EventRef!) { event(by: $by) { version } }', {
        by: { id: event.id },
      });
      const control = { ifVersion: seen.version };
      second = await change('strict follower', { location: { description: 'Room' }, control });
    };
    graph.provider.faults.add('read', { kind: 'slow', until });
    await change('strict follower', { summary: 'ours' });
    expect(await graph.engine.attemptOperation(second.operation.id)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'CONFLICT' },
    });
    expect(resource(event.uid).object.master).toMatchObject({
      summary: 'ours',
      description: 'by phone',
      location: null,
    });
  });
});
