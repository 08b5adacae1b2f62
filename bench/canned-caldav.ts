/**
 * A CalDAV server that has every answer ready: what a sync costs when the server costs nothing. A process of its own, told by
 * messages what another client changes, and telling what it was asked.
 *
 * `/alice/team/` holds the events, `/alice/home/` none. Any login is accepted.
 */
import { createServer } from 'node:http';
import { calendarObject } from './calendar-data.ts';
import type { CannedQuestion } from './canned-server.ts';

const count = Number(process.argv[2] ?? 10_000);
const xml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\r/g, '&#13;');
const href = (number: number) => `/alice/team/${number}.ics`;

/** How often the calendar was changed: its sync token and its ctag. */
let state = 0;
/** By number: the state in which it was changed last. */
const changedIn = new Array<number>(count).fill(0);
let calls: string[] = [];

const response = (number: number, data: string | null) =>
  `<d:response><d:href>${href(number)}</d:href><d:propstat><d:prop><d:getetag>"e${number}-${changedIn[number]}"</d:getetag>${
    data === null ? '' : `<c:calendar-data>${xml(data)}</c:calendar-data>`
  }</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
const withData: string[] = [];
const withoutData: string[] = [];
const write = (number: number, summary: string) => {
  withData[number] = response(number, calendarObject(number, summary));
  withoutData[number] = response(number, null);
};
for (let number = 0; number < count; number++) write(number, `Event number ${number}`);

const multistatus = (inner: string) =>
  `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/">${inner}</d:multistatus>`;
const found = (path: string, props: string) =>
  `<d:response><d:href>${path}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
const principal =
  '<d:current-user-principal><d:href>/alice/</d:href></d:current-user-principal><c:calendar-home-set><d:href>/alice/</d:href></c:calendar-home-set><d:resourcetype><d:collection/><d:principal/></d:resourcetype>';
const token = (at: number) => `urn:canned:${at}`;
const calendar = (name: string, at: number) =>
  `<d:displayname>${name}</d:displayname><d:resourcetype><d:collection/><c:calendar/></d:resourcetype><d:sync-token>${token(at)}</d:sync-token><cs:getctag>ctag-${at}</cs:getctag><d:supported-report-set><d:supported-report><d:report><d:sync-collection/></d:report></d:supported-report></d:supported-report-set><d:current-user-privilege-set><d:privilege><d:all/></d:privilege><d:privilege><d:write/></d:privilege></d:current-user-privilege-set>`;
const work = () => found('/alice/team/', calendar('Work', state));
const home = () => found('/alice/home/', calendar('Home', 0));

function answer(method: string, path: string, depth: string, body: string): string {
  const inWork = path.startsWith('/alice/team/');
  const inHome = path.startsWith('/alice/home/');
  const objects = body.includes('calendar-data') ? withData : withoutData;
  if (method === 'PROPFIND') {
    const own = inWork ? work() : inHome ? home() : found('/alice/', principal);
    const members = inWork ? withoutData.join('') : inHome ? '' : `${work()}${home()}`;
    return `${own}${depth === '1' ? members : ''}`;
  }
  if (body.includes('sync-collection')) {
    const since = /urn:canned:(\d+)/.exec(body)?.[1];
    const changed = (number: number) => since === undefined || (changedIn[number] ?? 0) > Number(since);
    const inner = inWork ? objects.filter((_, number) => changed(number)).join('') : '';
    return `${inner}<d:sync-token>${token(inWork ? state : 0)}</d:sync-token>`;
  }
  if (inHome) return '';
  if (body.includes('calendar-query')) return objects.join('');
  return [...body.matchAll(/\/(\d+)\.ics/g)].map((match) => withData[Number(match[1])] ?? '').join('');
}

const server = createServer((request, reply) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const { method = '', url = '' } = request;
    const body = Buffer.concat(parts).toString();
    calls.push(`${method} ${url}`);
    if (method === 'OPTIONS') {
      reply.writeHead(200, { dav: '1, 3, calendar-access' });
      reply.end();
      return;
    }
    reply.writeHead(207, { 'content-type': 'application/xml; charset=utf-8', dav: '1, 3, calendar-access' });
    reply.end(multistatus(answer(method, url, String(request.headers['depth'] ?? ''), body)));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});

process.on('message', (question: CannedQuestion) => {
  if (question.change.length > 0) state++;
  for (const number of question.change) {
    changedIn[number] = state;
    write(number, question.summary);
  }
  process.send?.({ calls });
  calls = [];
});
process.on('disconnect', () => process.exit());
