/** The first tabs: they run as they are, so what they need of this week and of the demo calendar is filled in here. */
import eventsThisWeek from '../operations/events-this-week.graphql?raw';
import watchChanges from '../operations/watch-changes.graphql?raw';
import whoAmI from '../operations/who-am-i.graphql?raw';
import writeAnEvent from '../operations/write-an-event.graphql?raw';

const demoCalendar = `mutation DemoCalendar($timeZone: TimeZone) {
  upsertApplicationCalendar(input: { key: "demo", name: "Demo", timeZone: $timeZone }) {
    calendar { id }
  }
}`;

/** Finds or makes the application calendar `demo`; an empty id where the credential may not. */
async function demoCalendarId(url, key, timeZone) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query: demoCalendar, variables: { timeZone } }),
    });
    const { data } = await response.json();
    return data?.upsertApplicationCalendar?.calendar?.id ?? '';
  } catch {
    return '';
  }
}

const toDateTime = (date) => `${date.toISOString().slice(0, 19)}Z`;

/** Monday to Monday, and the next full hour, by this computer's clock and zone. */
function times(now) {
  const monday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - ((now.getDay() + 6) % 7));
  const next = new Date(monday.getFullYear(), monday.getMonth(), monday.getDate() + 7);
  const hour = new Date(now.getFullYear(), now.getMonth(), now.getDate(), now.getHours() + 1);
  const hourLater = new Date(hour.getTime() + 3_600_000);
  return { from: toDateTime(monday), to: toDateTime(next), start: toDateTime(hour), end: toDateTime(hourLater) };
}

/** The tabs with their variables. */
export async function firstTabs(url, key) {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { from, to, start, end } = times(new Date());
  const calendarId = await demoCalendarId(url, key, timeZone);
  const summary = `Hello from GraphiQL at ${new Date().toLocaleTimeString('en-GB')}`;
  const variables = (values) => JSON.stringify(values, null, 2);
  return [
    { query: whoAmI },
    { query: writeAnEvent, variables: variables({ calendarId, summary, start, end, timeZone }) },
    { query: eventsThisWeek, variables: variables({ from, to, timeZone }) },
    { query: watchChanges },
  ];
}
