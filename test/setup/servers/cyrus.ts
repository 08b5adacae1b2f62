import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { basic, type CalDavServer } from './caldav-server.ts';
import { findProgram, ServerProcess, temporaryFolder } from './process.ts';

const programs = '/usr/lib/cyrus/bin';

/** Null when Cyrus can be started, else what is missing. */
export function cyrusMissing(): string | null {
  if (findProgram('master', [programs]) === null || findProgram('httpd', [programs]) === null) {
    return 'cyrus is not installed (Debian: cyrus-imapd cyrus-caldav cyrus-admin)';
  }
  if (findProgram('saslpasswd2') === null && findProgram('saslpasswd2', ['/usr/sbin']) === null) {
    return 'saslpasswd2 is not installed (Debian: sasl2-bin)';
  }
  return process.getuid?.() === 0 ? null : 'cyrus can only be started by root, because it changes to its own user';
}

/** Cyrus with alice and bob (`…@example.test`); it schedules: what one writes with attendees arrives at the others. */
export async function startCyrus(): Promise<CalDavServer> {
  const folder = temporaryFolder('cyrus');
  const [port, imapPort] = [await freePort(), await freePort()];
  const secret = randomBytes(8).toString('hex');
  for (const name of ['conf/socket', 'conf/db', 'mail', 'run/proc', 'run/lock', 'run/socket', 'sieve']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, 'imapd.conf'), settings(folder));
  writeFileSync(
    join(folder, 'cyrus.conf'),
    `START {
  recover cmd="${programs}/ctl_cyrusdb -C ${folder}/imapd.conf -r"
}
SERVICES {
  imap cmd="imapd -C ${folder}/imapd.conf" listen="127.0.0.1:${imapPort}" prefork=0 maxchild=10
  http cmd="httpd -C ${folder}/imapd.conf" listen="127.0.0.1:${port}" prefork=1 maxchild=20
}
`,
  );
  const setPassword = findProgram('saslpasswd2') ?? '/usr/sbin/saslpasswd2';
  for (const name of ['cyrus', 'alice', 'bob']) {
    execFileSync(setPassword, ['-p', '-c', '-f', join(folder, 'sasldb2'), '-u', hostname(), name], {
      input: `${name}-${secret}`,
    });
  }
  execFileSync('chown', ['-R', 'cyrus:mail', folder]);
  const server = new ServerProcess(
    join(programs, 'master'),
    ['-C', join(folder, 'imapd.conf'), '-M', join(folder, 'cyrus.conf'), '-p', join(folder, 'run/master.pid'), '-D'],
    folder,
  );
  const url = `http://127.0.0.1:${port}/`;
  const user = (name: string) => ({
    username: name,
    password: `${name}-${secret}`,
    homeUrl: `${url}dav/calendars/user/${name}/`,
    principalUrl: `${url}dav/principals/user/${name}/`,
  });
  const [alice, bob] = [user('alice'), user('bob')];
  await server.ready(async () => (await fetch(`${url}dav/`)).status > 0);
  // Only ours knows the password.
  await createMailboxes(imapPort, `cyrus-${secret}`, ['alice', 'bob']);
  for (const one of [alice, bob]) {
    // The first request of a user makes Default, Inbox and Outbox.
    await server.ready(async () => {
      const headers = { depth: '0', authorization: basic(one) };
      return (await fetch(one.homeUrl, { method: 'PROPFIND', headers })).status === 207;
    });
  }
  return {
    name: 'cyrus',
    url,
    folder,
    alice,
    bob,
    checksPasswords: true,
    schedules: true,
    stop: () => server.stop(),
  };
}

/** `virtdomains: off` with calendar_user_address_set: otherwise invitations are answered 5.1 and not delivered. */
function settings(folder: string): string {
  return `configdirectory: ${folder}/conf
proc_path: ${folder}/run/proc
mboxname_lockpath: ${folder}/run/lock
defaultpartition: default
partition-default: ${folder}/mail
altnamespace: yes
unixhierarchysep: yes
virtdomains: off
calendar_user_address_set: example.test
admins: cyrus
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${folder}/sasldb2
sasl_mech_list: PLAIN LOGIN
httpmodules: caldav ischedule
caldav_allowscheduling: on
caldav_create_attach: no
caldav_create_default: yes
caldav_create_sched: yes
autocreate_quota: -1
umask: 077
sievedir: ${folder}/sieve
lmtpsocket: ${folder}/run/socket/lmtp
idlesocket: ${folder}/run/socket/idle
notifysocket: ${folder}/run/socket/notify
`;
}

/** IMAP's CREATE (RFC 3501 §6.3.3), one command after the other's answer. */
async function createMailboxes(port: number, password: string, users: readonly string[]): Promise<void> {
  const commands = [`LOGIN cyrus ${password}`, ...users.map((user) => `CREATE user/${user}`), 'LOGOUT'];
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(10_000, () => socket.destroy(new Error('IMAP does not answer')));
  let sent = -1;
  let text = '';
  for await (const part of socket) {
    text += String(part);
    if (sent >= 0 && new RegExp(`^a${sent} (NO|BAD)`, 'm').test(text)) throw new Error(`IMAP: ${text}`);
    if (sent < 0 ? text.includes('\r\n') : text.includes(`a${sent} OK`)) {
      sent += 1;
      const command = commands[sent];
      if (command === undefined) break;
      socket.write(`a${sent} ${command}\r\n`);
    }
  }
  socket.destroy();
}
