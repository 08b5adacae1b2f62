import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { basic, type CalDavServer, type TestUser } from './caldav-server.ts';
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

/**
 * Cyrus with alice and bob (`…@example.test`); it schedules: what one writes with attendees arrives at the others, and is mailed to
 * whoever is not at this server (`sentMail`).
 */
export async function startCyrus(): Promise<CalDavServer> {
  const folder = temporaryFolder('cyrus');
  const [port, imapPort] = [await freePort(), await freePort()];
  const secret = randomBytes(8).toString('hex');
  for (const name of ['conf/socket', 'conf/db', 'mail', 'run/proc', 'run/lock', 'run/socket', 'sieve', 'sent']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, 'sendmail'), mailer(folder), { mode: 0o755 });
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
  const admin = { port: imapPort, login: `cyrus cyrus-${secret}` };
  await imap(admin, ['CREATE user/alice', 'CREATE user/bob']);
  for (const one of [alice, bob]) {
    // The first request of a user makes Default, Inbox and Outbox.
    await server.ready(async () => {
      const headers = { depth: '0', authorization: basic(one) };
      return (await fetch(one.homeUrl, { method: 'PROPFIND', headers })).status === 207;
    });
  }
  const running: CalDavServer = {
    name: 'cyrus',
    url,
    folder,
    alice,
    bob,
    checksPasswords: true,
    schedules: true,
    stop: () => server.stop(),
  };
  admins.set(running, admin);
  return running;
}

const admins = new WeakMap<CalDavServer, ImapLogin>();

/** Lets another user write into a user's Default calendar, who then finds it in their own home. */
export async function shareDefault(server: CalDavServer, owner: TestUser, other: TestUser): Promise<void> {
  const admin = admins.get(server);
  if (admin === undefined) throw new Error('no Cyrus of ours');
  const [of, to] = [owner.username, other.username];
  await imap(admin, [
    `SETACL user/${of}/#calendars/Default ${to} lrswipkxtecdan9`,
    `SETACL user/${of}/#calendars ${to} lrs9`,
    `SETACL user/${of} ${to} lrs9`,
  ]);
  await imap({ port: admin.port, login: `${to} ${other.password}` }, [
    `SUBSCRIBE "Other Users/${of}/#calendars/Default"`,
  ]);
}

export interface SentMail {
  /** The address that it was sent to. */
  readonly to: string;
  /** iTIP's (RFC 6047): REQUEST, REPLY, CANCEL. */
  readonly method: string;
  readonly text: string;
}

/** Every iTIP message that the server mailed to people elsewhere, in no order. */
export function sentMail(server: CalDavServer): readonly SentMail[] {
  const folder = join(server.folder, 'sent');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.mail'))
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
      const to = /^RCPT TO:<([^>]*)>/im.exec(text)?.[1] ?? '';
      return { to, method: /^METHOD:(\w+)/m.exec(text)?.[1] ?? '', text };
    });
}

/** What Cyrus takes for sendmail: SMTP on its own input and output (`sendmail -bs`). One file a message. */
function mailer(folder: string): string {
  return `#!/bin/sh
cd ${folder}/sent || exit 1
say() { printf '%s\\r\\n' "$1"; }
say '220 test'
while IFS= read -r line; do
  case "$line" in
    [Rr][Cc][Pp][Tt]*) to=$line; say '250 ok' ;;
    [Dd][Aa][Tt][Aa]*)
      say '354 go on'
      made=$((made + 1))
      { printf '%s\\n' "$to"; sed -u '/^\\.\\r*$/q'; } > "$$-$made.mail"
      say '250 ok' ;;
    [Qq][Uu][Ii][Tt]*) say '221 bye'; exit 0 ;;
    *) say '250 ok' ;;
  esac
done
`;
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
sendmail: ${folder}/sendmail
`;
}

interface ImapLogin {
  readonly port: number;
  /** User name and password. */
  readonly login: string;
}

/** IMAP (RFC 3501), one command after the other's answer. */
async function imap({ port, login }: ImapLogin, wanted: readonly string[]): Promise<void> {
  const commands = [`LOGIN ${login}`, ...wanted, 'LOGOUT'];
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
