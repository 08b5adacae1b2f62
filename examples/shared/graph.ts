/** The few lines that every example shares: where the service is, its key, the documents, and one POST with errors thrown. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const service = process.env['SERVICE'] ?? 'http://127.0.0.1:4000';
// What `npm start` wrote, unless it is told otherwise.
const key = process.env['API_KEY'] ?? readFileSync('.meridian/api-key', 'utf8').trim();

export const authorization = `Bearer ${key}`;
export const socketUrl = `${service.replace(/^http/, 'ws')}/graphql`;
export const serviceUrl = service;

/** A document of operations/, by its file's name: `who-am-i`. */
export function operation(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', '..', 'operations', `${name}.graphql`), 'utf8');
}

/** Runs one operation; throws with the service's own words when it was refused. */
export async function graph<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const response = await fetch(`${service}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: { message: string }[] };
  if (errors !== undefined) throw new Error(errors.map((error) => error.message).join('; '));
  return data;
}

/** An application calendar to play in. */
export async function demoCalendar(name: string): Promise<string> {
  const { upsertApplicationCalendar } = await graph<{ upsertApplicationCalendar: { calendar: { id: string } } }>(
    operation('application-calendar'),
    { key: name, name, timeZone: 'Europe/London' },
  );
  return upsertApplicationCalendar.calendar.id;
}

export const upsertEvent = `mutation ($input: UpsertEventInput!) {
  upsertEvent(input: $input) { created event { id version } userErrors { path code message } }
}`;
