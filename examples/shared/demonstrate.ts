/** Writes, cuts the client's socket, writes on while nobody listens, and prints what the client was told all the same. */
import { setTimeout as delay } from 'node:timers/promises';
import { follow, type Subscribe } from './follow.ts';
import { demoCalendar, graph, upsertEvent } from './graph.ts';
import { Mirror } from './mirror.ts';
import { cutSockets, hangUp } from './socket.ts';

export async function demonstrate(subscribe: Subscribe): Promise<void> {
  const calendarId = await demoCalendar('live');
  // A file in earnest: then it stands when the process ends, too.
  const mirror = new Mirror(':memory:');
  const stop = new AbortController();
  const following = follow(subscribe, mirror, calendarId, stop.signal);

  const write = (number: number) =>
    graph(upsertEvent, {
      input: {
        calendarId,
        key: `${process.pid}-${number}`,
        summary: `number ${number}`,
        start: { date: '2026-06-01' },
        end: { date: '2026-06-02' },
      },
    });
  const told = async (count: number) => {
    while (mirror.told().length < count) await Promise.race([delay(20), following]);
  };

  while (mirror.cursor() === null) await Promise.race([delay(20), following]);
  await write(1);
  await write(2);
  await told(2);
  cutSockets();
  await write(3);
  await write(4);
  await told(4);
  await write(5);
  await told(5);
  stop.abort();
  await hangUp();
  await following;
  for (const line of mirror.told()) console.log(line);
}
