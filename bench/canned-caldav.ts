/**
 * A CalDAV server that has every answer ready, in a process of its own: what a sync costs when the server costs nothing.
 * `node bench/canned-caldav.ts EVENTS` prints its port.
 */
import { createServer } from 'node:http';
import { calendarObject } from './calendar-data.ts';

const count = Number(process.argv[2] ?? 10_000);
const xml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\r/g, '&#13;');
const href = (number: number) => `/alice/work/${number}.ics`;
const response = (number: number, data: boolean) =>
  `<d:response><d:href>${href(number)}</d:href><d:propstat><d:prop><d:getetag>"e${number}"</d:getetag>${
    data ? `<c:calendar-data>${xml(calendarObject(number))}</c:calendar-data>` : ''
  }</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
const withData = Array.from({ length: count }, (_, number) => response(number, true));
const withoutData = Array.from({ length: count }, (_, number) => response(number, false)).join('');

const multistatus = (inner: string) =>
  `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/">${inner}</d:multistatus>`;
const found = (path: string, props: string) =>
  `<d:response><d:href>${path}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
const principal =
  '<d:current-user-principal><d:href>/alice/</d:href></d:current-user-principal><c:calendar-home-set><d:href>/alice/</d:href></c:calendar-home-set><d:resourcetype><d:collection/><d:principal/></d:resourcetype>';
const calendar =
  '<d:displayname>Work</d:displayname><d:resourcetype><d:collection/><c:calendar/></d:resourcetype><d:sync-token>urn:canned:one</d:sync-token><cs:getctag>one</cs:getctag><d:supported-report-set><d:supported-report><d:report><d:sync-collection/></d:report></d:supported-report></d:supported-report-set><d:current-user-privilege-set><d:privilege><d:all/></d:privilege><d:privilege><d:write/></d:privilege></d:current-user-privilege-set>';

const server = createServer((request, answer) => {
  let body = '';
  request.on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    const send = (text: string) => {
      answer.writeHead(207, { 'content-type': 'application/xml; charset=utf-8', dav: '1, 3, calendar-access' });
      answer.end(text);
    };
    if (request.method === 'OPTIONS') {
      answer.writeHead(200, { dav: '1, 3, calendar-access' });
      answer.end();
    } else if (request.method === 'PROPFIND') {
      const deep = request.headers['depth'] === '1';
      const inside = request.url?.startsWith('/alice/work/') ?? false;
      const own = inside ? found('/alice/work/', calendar) : found('/alice/', principal);
      const members = inside ? withoutData : found('/alice/work/', calendar);
      send(multistatus(`${own}${deep ? members : ''}`));
    } else if (body.includes('calendar-query')) {
      send(multistatus(body.includes('calendar-data') ? withData.join('') : withoutData));
    } else if (body.includes('sync-collection')) {
      const data = body.includes('calendar-data') ? withData.join('') : withoutData;
      send(multistatus(`${body.includes('urn:canned:one') ? '' : data}<d:sync-token>urn:canned:one</d:sync-token>`));
    } else {
      const numbers = [...body.matchAll(/\/(\d+)\.ics/g)].map((match) => Number(match[1]));
      send(multistatus(numbers.map((number) => withData[number] ?? '').join('')));
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(address.port);
});
process.on('disconnect', () => process.exit());
