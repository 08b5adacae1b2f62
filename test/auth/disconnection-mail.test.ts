/** One e-mail per disconnection, through a real SMTP server. */
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { startDisconnectionMail } from '../../auth/mail/disconnections.ts';
import { claimUnmailed, giveBackUnmailed, isClaimed } from '../../datasources/store/disconnections.ts';
import type { Store } from '../../datasources/store/store.ts';
import { type FreshStore, freshStore, testKeyRing } from '../setup/database.ts';
import { insertTenant } from '../setup/fixtures.ts';

let fresh: FreshStore;
let smtp: SMTPServer;
let refusing = false;
const mails: string[] = [];
const warned: object[] = [];

beforeAll(async () => {
  fresh = await freshStore();
  smtp = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    onAuth({ password = '' }, _session, done) {
      done(Object.assign(new Error(`no ${password} here`), { responseCode: 535 }));
    },
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      if (refusing) return done(Object.assign(new Error('try later'), { responseCode: 451 }));
      return done(
        address.startsWith('nobody') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null,
      );
    },
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (part) => {
        text += String(part);
      });
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await new Promise<void>((closed) => smtp.close(() => closed()));
  await fresh.drop();
});
beforeEach(() => {
  mails.length = 0;
  warned.length = 0;
  refusing = false;
});

const start = ({
  port = (smtp.server.address() as AddressInfo).port,
  login = '',
  store = fresh.store as Store,
}: {
  readonly port?: number;
  readonly login?: string;
  readonly store?: Store;
} = {}) =>
  startDisconnectionMail(
    {
      store,
      keyRing: testKeyRing,
      publicUrl: () => new URL('https://calendars.example.com'),
      logger: { warn: (fields) => warned.push(fields) },
    },
    {
      smtpUrl: `smtp://${login}127.0.0.1:${port}`,
      from: 'Calendars <calendars@example.com>',
    },
  );

const set = (profileId: string, change: object) =>
  fresh.store.asWorker((tx) => tx.updateTable('profile').set(change).where('id', '=', profileId).execute());

test('one mail per disconnection, with the address where it is mended; a second node sends none; the next disconnection is another', async () => {
  const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
  await set(tenant.profileId, {
    login: 'anna@example.net',
    credential: 'sealed',
    status: 'DISCONNECTED',
    status_since: new Date(),
  });
  const [one, two] = [start(), start()];
  await Promise.all([one.run(), two.run(), one.run()]);
  expect(mails).toHaveLength(1);
  const [mail = ''] = mails;
  expect(mail).toContain('From: Calendars <calendars@example.com>');
  expect(mail).toContain(`To: ${tenant.accountId}@example.com`);
  expect(mail).toContain('Subject: Application: your calendar needs to be connected again');
  expect(mail.replace(/=\r?\n/g, '')).toMatch(/https:\/\/calendars\.example\.com\/relink\/[\w-]{40,}/);
  expect(mail).toContain('Auto-Submitted: auto-generated');
  await set(tenant.profileId, { status: 'CONNECTED', status_since: new Date() });
  await one.run();
  expect(mails).toHaveLength(1);
  await set(tenant.profileId, {
    status: 'DISCONNECTED',
    status_since: new Date(),
    mailed_at: new Date(Date.now() - 60_000),
  });
  await one.run();
  expect(mails).toHaveLength(2);
  await Promise.all([one.stop(), two.stop()]);
});

test('a server that refuses for now: tried again, and nobody is named in the log', async () => {
  const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
  await set(tenant.profileId, { credential: 'sealed', status: 'DISCONNECTED', status_since: new Date() });
  refusing = true;
  const mail = start();
  await mail.run();
  expect(mails).toEqual([]);
  expect(warned.length).toBeGreaterThan(0);
  expect(JSON.stringify(warned)).not.toContain('@');
  refusing = false;
  await mail.run();
  expect(mails).toHaveLength(1);
  await mail.stop();
});

test.each([
  ['what passes by itself', { status: 'DEGRADED' }],
  ['what nobody keeps a password for', { credential: null }],
  ['what is long past', { status_since: new Date(Date.now() - 3 * 86_400_000) }],
])('not about %s', async (_what, change) => {
  const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
  await set(tenant.profileId, { credential: 'sealed', status: 'DISCONNECTED', status_since: new Date(), ...change });
  const mail = start();
  await mail.run();
  expect(mails).toEqual([]);
  await mail.stop();
});

test('a node that stood still after its claim neither writes nor gives back what another claimed since', async () => {
  const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
  const disconnect = () =>
    set(tenant.profileId, { credential: 'sealed', status: 'DISCONNECTED', status_since: new Date() });
  const claim = async () => {
    const { profiles: claimed } = await fresh.store.asWorker((tx) => claimUnmailed(tx, 20));
    const mine = claimed.find(({ id }) => id === tenant.profileId);
    if (mine === undefined) throw new Error('expected a claim');
    return mine;
  };
  const holds = (claimed: Awaited<ReturnType<typeof claim>>) => fresh.store.asWorker((tx) => isClaimed(tx, claimed));
  await disconnect();
  const paused = await claim();
  expect(await holds(paused)).toBe(true);
  await set(tenant.profileId, { status: 'CONNECTED', status_since: new Date() });
  expect(await holds(paused)).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await disconnect();
  const another = await claim();
  expect([await holds(paused), await holds(another)]).toEqual([false, true]);
  await fresh.store.asWorker((tx) => giveBackUnmailed(tx, [paused]));
  expect(await holds(another)).toBe(true);
  await fresh.store.asWorker((tx) => giveBackUnmailed(tx, [another]));
  expect(await holds(another)).toBe(false);
  await set(tenant.profileId, { status: 'CONNECTED' });
});

/** Disconnected profiles, each with its own receiver. */
async function disconnected(emails: readonly string[]): Promise<void> {
  for (const email of emails) {
    const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
    await fresh.store.asWorker((tx) =>
      tx.updateTable('account').set({ email }).where('id', '=', tenant.accountId).execute(),
    );
    await set(tenant.profileId, { credential: 'sealed', status: 'DISCONNECTED', status_since: new Date() });
  }
}

test('while the server is away nobody is forgotten', async () => {
  await disconnected(['one@example.com', 'two@example.com', 'three@example.com']);
  const away = start({ port: 1 });
  await away.run();
  await away.stop();
  const mail = start();
  await mail.run();
  await mail.stop();
  expect(mails).toHaveLength(3);
});

test('an error of the database between the claim and the mail, and a stop between two mails, lose none', async () => {
  await disconnected(Array.from({ length: 6 }, (_, index) => `person${index}@example.com`));
  let transactions = 0;
  const failing = {
    ...fresh.store,
    asWorker: ((work, counter) => {
      transactions++;
      // Each second of those that ask whether a claim still holds.
      if (transactions % 4 === 3) return Promise.reject(new Error('the connection broke'));
      return fresh.store.asWorker(work, counter);
    }) as FreshStore['store']['asWorker'],
  };
  const broken = start({ store: failing });
  for (let turn = 0; turn < 4; turn++) await broken.run().catch(() => {});
  const stopping = start();
  const running = stopping.run();
  await stopping.stop();
  await running;
  const mail = start();
  await mail.run();
  await Promise.all([broken.stop(), mail.stop()]);
  expect(mails.map((text) => /^To: (.*)\r$/m.exec(text)?.[1]).toSorted()).toEqual(
    Array.from({ length: 6 }, (_, index) => `person${index}@example.com`),
  );
});

test('a server that repeats the password that it refuses: the log has neither', async () => {
  await disconnected(['one@example.com']);
  const refused = start({ login: 'mail:canary-password@' });
  await refused.run();
  await refused.stop();
  expect(mails).toEqual([]);
  expect(warned).toMatchObject([{ reason: 'EAUTH' }, { reason: 'EAUTH' }]);
  expect(JSON.stringify(warned)).not.toContain('canary');
  const mail = start();
  await mail.run();
  await mail.stop();
  expect(mails).toHaveLength(1);
});

test('receivers whom the server refuses for good keep no mail from others, and are not tried again', async () => {
  await disconnected([...Array.from({ length: 25 }, (_, index) => `nobody${index}@example.com`), 'one@example.com']);
  const mail = start();
  await mail.run();
  expect(mails).toHaveLength(1);
  const tried = warned.length;
  expect(tried).toBe(25);
  await mail.run();
  expect(warned).toHaveLength(tried);
  await mail.stop();
});

test('a login with sentences in it puts none of them into the mail', async () => {
  await disconnected(['victim@example.com']);
  await fresh.superuser(`update profile set login = $1 where status = 'DISCONNECTED'`, [
    'anna\r\n\r\nYour account is closed, see www.evil.example',
  ]);
  const mail = start();
  await mail.run();
  await mail.stop();
  expect(mails).toHaveLength(1);
  expect(mails[0]).not.toContain('evil');
  expect(mails[0]).toContain('cannot reach your calendars');
});

test('nobody to write to, or a login that would smuggle another receiver in: no mail', async () => {
  const tenant = await insertTenant(fresh.store, { kind: 'USER', provider: 'CALDAV' });
  await fresh.store.asWorker((tx) =>
    tx.updateTable('account').set({ email: null }).where('id', '=', tenant.accountId).execute(),
  );
  for (const login of ['anna', 'a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com']) {
    await set(tenant.profileId, {
      login,
      credential: 'sealed',
      status: 'DISCONNECTED',
      status_since: new Date(),
      mailed_at: null,
    });
    const mail = start();
    await mail.run();
    await mail.stop();
  }
  expect(mails).toEqual([]);
});
