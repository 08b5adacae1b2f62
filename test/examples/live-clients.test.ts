/**
 * The examples' three clients as processes beside a real service: both sides are killed, the service is restarted and
 * restored from a backup. What each client keeps is compared with what was written.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Mirror } from '../../examples/shared/mirror.ts';
import { meridian } from '../cli/meridian.ts';
import { createService, type Service } from '../setup/service.ts';

const patience = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'live-clients-'));
const program = join(import.meta.dirname, 'follower.ts');

/** A client as a process, and what it keeps. */
class Follower {
  readonly mirror: Mirror;
  readonly #client: string;
  #child: ChildProcess | null = null;
  errors = '';
  /** Why each subscription ended, a line each. */
  endings = '';

  constructor(client: string) {
    this.#client = client;
    this.mirror = new Mirror(this.#file());
  }

  start(): void {
    const child = spawn(process.execPath, [program, this.#client, this.#file(), calendarId], {
      env: { PATH: process.env['PATH'] ?? '', SERVICE: service.address, API_KEY: service.key() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (part) => {
      this.endings += part;
    });
    child.stderr.on('data', (part) => {
      this.errors += part;
    });
    this.#child = child;
  }

  ended(): Promise<number | null> {
    const child = this.#child;
    return new Promise((resolve) => {
      if (child === null || child.exitCode !== null || child.signalCode !== null) resolve(child?.exitCode ?? null);
      else child.once('exit', resolve);
    });
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.ended();
  }

  /** Until `holds`; says what it keeps when that takes too long. */
  async until(holds: (mirror: Mirror) => boolean): Promise<void> {
    for (const deadline = Date.now() + 100_000; !holds(this.mirror); await delay(50)) {
      if (Date.now() > deadline) {
        throw new Error(`${this.#client} keeps ${JSON.stringify(this.mirror.told())} ${this.errors}`);
      }
    }
  }

  #file(): string {
    return join(folder, `${this.#client}.sqlite`);
  }
}

let service: Service;
let calendarId = '';
let followers: Follower[] = [];

async function write(number: number): Promise<void> {
  const input = {
    calendarId,
    key: `number-${number}`,
    summary: `number ${number}`,
    start: { date: '2026-06-01' },
    end: { date: '2026-06-02' },
  };
  await service.graph(
    'mutation ($input: UpsertEventInput!) { upsertEvent(input: $input) { event { id } userErrors { message } } }',
    { input },
  );
}

const created = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `EVENT_CREATED number ${from + index}`);

beforeAll(async () => {
  service = await createService();
  await service.start();
  const { upsertApplicationCalendar } = await service.graph(
    `mutation { upsertApplicationCalendar(input: { key: "live", name: "Live", timeZone: "Europe/London" }) {
      calendar { id } userErrors { message } } }`,
  );
  calendarId = upsertApplicationCalendar.calendar.id;
  followers = ['graphql-ws', 'apollo', 'urql'].map((client) => new Follower(client));
  for (const follower of followers) follower.start();
  for (const follower of followers) await follower.until((mirror) => mirror.cursor() !== null);
}, patience);

afterAll(async () => {
  for (const follower of followers) await follower.kill();
  await service.remove();
  rmSync(folder, { recursive: true, force: true });
}, patience);

test(
  'whoever is killed, every change is kept once and in order',
  async () => {
    for (let number = 1; number <= 60; number++) {
      // In the middle of what the write before set going.
      if (number % 20 === 5) {
        for (const follower of followers) await follower.kill();
        for (const follower of followers) follower.start();
      }
      if (number === 15 || number === 35) {
        for (const follower of followers) await follower.until((mirror) => mirror.told().length >= number - 1);
      }
      if (number === 15) await service.kill();
      if (number === 35) expect(await service.stop()).toBe(0);
      if (number === 15 || number === 35) await service.start();
      await write(number);
    }
    for (const follower of followers) {
      await follower.until((mirror) => mirror.told().length >= 60);
      expect(follower.mirror.told()).toEqual(created(1, 60));
      expect(follower.mirror.events()).toHaveLength(60);
      // Killed once, and stopped once: each time with an open socket.
      expect(follower.endings).toMatch(/^1006$/m);
      expect(follower.endings).toMatch(/^1001 retry after \d+\.\d s$/m);
    }
  },
  patience,
);

test(
  'after a restored backup each reads anew, and goes on from the cursor that it was given',
  async () => {
    const env = { DATA_DIR: service.dataDir, PORT: String(service.port) };
    const backup = join(folder, 'backup');
    expect((await meridian(['export', backup], env)).code).toBe(0);
    // What the backup does not know; the mirrors do.
    for (let number = 61; number <= 63; number++) await write(number);
    for (const follower of followers) await follower.until((mirror) => mirror.events().length === 63);
    expect(await service.stop()).toBe(0);
    expect((await meridian(['restore', backup, '--replace', '--yes'], env)).code).toBe(0);
    await service.start();
    for (const follower of followers) await follower.until((mirror) => mirror.events().length === 60);
    await write(64);
    for (const follower of followers) {
      await follower.until((mirror) => mirror.told().length >= 64);
      expect(follower.mirror.told().slice(60)).toEqual([...created(61, 63), ...created(64, 64)]);
      expect(follower.mirror.events().map(({ summary }) => summary)).toContain('number 64');
      expect(follower.mirror.events()).toHaveLength(61);
      expect(follower.endings).toMatch(/^RESYNC_REQUIRED$/m);
    }
  },
  patience,
);

test(
  'a credential that is not valid any more ends them: 4403 is no reason to come back',
  async () => {
    expect(await service.stop()).toBe(0);
    await service.start({ MERIDIAN_API_KEY: 'another-key-of-the-same-application' });
    for (const follower of followers) {
      expect(await follower.ended()).toBe(1);
      expect(follower.errors).toContain('closed with 4403');
    }
  },
  patience,
);
