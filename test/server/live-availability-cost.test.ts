/** What `Subscription.availability` costs: changes of the question's accounts, and neither subscribers nor anybody else's changes. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Store } from '../../datasources/store/store.ts';
import { all, periods, upsert } from '../resolvers/availability-world.ts';
import { holding } from '../resolvers/held.ts';
import { type FreshStore, freshStore } from '../setup/database.ts';
import { applicationCalendar, openGraph, type TestGraph } from '../setup/graph.ts';
import { type Listener, type Served, serve } from './live-client.ts';

const counted = { evaluations: 0, reads: 0, looks: 0 };
let fresh: FreshStore;
let graph: TestGraph;
let served: Served;
let holds: ReturnType<typeof holding>;
beforeAll(async () => {
  fresh = await freshStore();
  const { store } = fresh;
  const counting: Store = {
    ...store,
    withApplication(...parameters) {
      counted.reads += 1;
      return store.withApplication(...parameters);
    },
    asWorker(...parameters) {
      counted.looks += 1;
      return store.asWorker(...parameters);
    },
  };
  graph = await openGraph({
    fresh: { ...fresh, store: { ...store, ...counting } },
    // Looks are counted: none but those that a signal asks for.
    pollMilliseconds: 3_600_000,
  });
  const { availability } = graph.services;
  const answerTo = availability.answerTo.bind(availability);
  availability.answerTo = (...parameters) => {
    counted.evaluations += 1;
    return answerTo(...parameters);
  };
  holds = holding(graph);
});
beforeEach(async () => {
  served = await serve(graph);
});
afterEach(() => served.close());
afterAll(async () => {
  await graph.close();
  await fresh.drop();
});

const watching = 'subscription ($input: AvailabilityInput!) { availability(input: $input) { slots { start } } }';
const day = periods(['02T09:00', '02T12:00']);
type Place = Awaited<ReturnType<typeof applicationCalendar>>;
const question = (places: readonly Place[], more: object = {}) => ({ input: { ...all(places), search: day, ...more } });
const toldTimes = (times: number) => (listener: Listener) => listener.told.length >= times;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Until nothing is found out any more. */
async function settled(): Promise<void> {
  for (let before = ''; before !== JSON.stringify(counted); await pause(300)) before = JSON.stringify(counted);
}
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 500) throw new Error('it never came to that');
    await pause(20);
  }
}

let made = 0;
const someone = () => applicationCalendar(graph, `cost${made++}`);
const write = (place: Place, key: string, start = '02T10:00', end = '02T11:00', more: object = {}) =>
  upsert(graph, place.calendarId, key, start, end, more);

test('a hundred who ask the same: one evaluation for a change, and each is told', async () => {
  const ann = await someone();
  const first = await served.listen(watching, question([ann]));
  const others = await Promise.all(Array.from({ length: 99 }, () => served.listen(watching, question([ann]))));
  const listeners = [first, ...others];
  await settled();
  // Whoever comes is told what there is then: those who come at once, by the same look.
  expect(counted.evaluations).toBeLessThan(60);
  counted.evaluations = 0;
  await write(ann, 'one');
  await Promise.all(listeners.map((one) => one.until(toldTimes(2))));
  await settled();
  expect(counted.evaluations).toBe(1);
  // A change that changes nothing is looked at once as well, and nobody is told.
  await write(ann, 'one', '02T10:00', '02T11:00', { summary: 'another text' });
  await until(() => counted.evaluations >= 2);
  await settled();
  expect(counted.evaluations).toBe(2);
  for (const { told } of listeners) expect(told).toHaveLength(2);
}, 30_000);

test('other questions about the account are other evaluations; the same by another credential of the application is not', async () => {
  const ann = await someone();
  const ask = (more: object) => served.listen(watching, question([ann], more));
  const listeners = [await ask({}), await ask({ maxResults: 2 }), await ask({ maxResults: 2 })];
  await settled();
  counted.evaluations = 0;
  await write(ann, 'one');
  await Promise.all(listeners.map((one) => one.until(toldTimes(2))));
  expect(counted.evaluations).toBe(2);
});

test('changes and holds of others: no evaluation, and no statement but the look at the log', async () => {
  const [ann, ben] = [await someone(), await someone()];
  const live = await served.listen(watching, question([ann]));
  const token = await holds.offered([ben], '02T10:00');
  await settled();
  counted.evaluations = 0;
  await write(ben, 'one', '02T09:00', '02T09:30');
  const { hold } = await holds.hold(token);
  expect(hold).not.toBeNull();
  await holds.release(hold?.id ?? '');
  await settled();
  // What `hold` itself asks is not by this way.
  expect(counted.evaluations).toBe(0);
  Object.assign(counted, { reads: 0, looks: 0 });
  // As if another node had changed something: nobody here reads for it, one look at the log is all.
  graph.wakeUps.wake();
  await until(() => counted.looks > 0);
  await settled();
  expect(counted).toEqual({ evaluations: 0, reads: 0, looks: 1 });
  expect(live.told).toHaveLength(1);
});

test('a hold of its own: one evaluation, however many looks follow it', async () => {
  const ann = await someone();
  const live = await served.listen(watching, question([ann]));
  const token = await holds.offered([ann], '02T10:00');
  await settled();
  counted.evaluations = 0;
  await holds.hold(token);
  await live.until(toldTimes(2));
  for (let look = 0; look < 5; look += 1) {
    graph.wakeUps.wake();
    await pause(60);
  }
  expect(counted.evaluations).toBe(1);
});

test('a storm of changes: a look now and then, and the last word is told', async () => {
  const ann = await someone();
  const live = await served.listen(watching, question([ann]));
  await settled();
  counted.evaluations = 0;
  for (let change = 0; change < 40; change += 1) {
    await write(ann, 'one', change % 2 === 0 ? '02T10:00' : '02T11:00', '02T12:00');
  }
  await settled();
  expect(counted.evaluations).toBeLessThanOrEqual(40);
  expect(counted.evaluations).toBeGreaterThan(0);
  expect(live.told.at(-1).availability.slots).toHaveLength(2);
  for (const [at, { availability }] of live.told.entries()) {
    if (at > 0) expect(availability).not.toEqual(live.told[at - 1].availability);
  }
}, 30_000);

test('whoever has left costs nothing more', async () => {
  const ann = await someone();
  const live = await served.listen(watching, question([ann]));
  const cut = await served.listen(watching, question([ann], { maxResults: 3 }));
  live.stop();
  cut.cut();
  await settled();
  Object.assign(counted, { evaluations: 0, looks: 0 });
  graph.wakeUps.wake();
  await settled();
  expect([counted.evaluations, counted.looks]).toEqual([0, 0]);
});
