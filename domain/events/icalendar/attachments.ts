/** ATTACH (RFC 5545 §3.8.1.1): files that belong to an event, by their address or within it. */
import type { EventAttachment } from '../model.ts';
import { sha256 } from '../sha256.ts';
import { formatProperty, type Property, parameterOf, parseProperty } from './property.ts';

/** As many as are read and written; what is beyond them stays in the provider's copy. */
export const mostAttachments = 100;
const longest = 1_024;
/** RFC 8607 §4.2, and what clients wrote before it. */
const nameParameters = ['FILENAME', 'X-FILENAME', 'X-APPLE-FILENAME', 'X-ORACLE-FILENAME'];

/** Each once, in their order. */
export function attachmentsOf(properties: readonly Property[]): EventAttachment[] {
  const found = new Map<string, EventAttachment>();
  for (const property of properties) {
    const attachment = attachmentOf(property);
    if (attachment !== null && found.size < mostAttachments && !found.has(attachment.id)) {
      found.set(attachment.id, attachment);
    }
  }
  return [...found.values()];
}

/**
 * The lines of these attachments: those that are there already as they are, with all that we do not know of them. One within an
 * event that is not in this one has nothing that could be written.
 */
export function attachmentLines(lines: readonly string[], attachments: readonly EventAttachment[]): string[] {
  const present = new Map<string, string>();
  const unread: string[] = [];
  for (const line of lines) {
    const property = parseProperty(line);
    const id = property === null ? null : (attachmentOf(property)?.id ?? null);
    if (id === null) unread.push(line);
    else if (!present.has(id)) present.set(id, line);
  }
  const written = attachments.flatMap((attachment) => present.get(attachment.id) ?? newLine(attachment) ?? []);
  return [...written, ...unread];
}

function attachmentOf(property: Property): EventAttachment | null {
  const value = property.value.trim();
  if (value === '') return null;
  const url = /^https?:\/\/[^\s/?#]/i.test(value) && value.length <= 2_048 && URL.canParse(value) ? value : null;
  const named = nameParameters.map((name) => parameterOf(property, name)?.trim() ?? '').find((name) => name !== '');
  const type = parameterOf(property, 'FMTTYPE')?.trim().toLowerCase() ?? '';
  return {
    id: `att_${sha256(value).slice(0, 32)}`,
    url,
    fileName: (named ?? lastSegment(url) ?? 'attachment').slice(0, longest).toWellFormed(),
    contentType: /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/.test(type) ? type : 'application/octet-stream',
  };
}

function lastSegment(url: string | null): string | null {
  if (url === null) return null;
  const segment = new URL(url).pathname.split('/').findLast((part) => part !== '');
  if (segment === undefined) return null;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function newLine({ url, fileName, contentType }: EventAttachment): string | null {
  if (url === null) return null;
  const parameters = [
    { name: 'FMTTYPE', values: [contentType] },
    { name: 'FILENAME', values: [fileName] },
  ];
  return formatProperty({ name: 'ATTACH', parameters, value: url });
}
