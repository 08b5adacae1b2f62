/** CONFERENCE (RFC 7986 §5.11): where an event is joined from afar. */
import type { EventConferencing } from '../model.ts';
import { formatProperty, type Property, parameterOf } from './property.ts';

/** The first web address among the lines; telephone numbers and others are left where they are. */
export function conferencingOf(properties: readonly Property[]): EventConferencing | null {
  for (const property of properties) {
    const joinUrl = property.value.trim();
    if (!/^https?:\/\/[^\s/?#]/i.test(joinUrl) || joinUrl.length > 2_048 || !URL.canParse(joinUrl)) continue;
    return { joinUrl, providerName: parameterOf(property, 'LABEL')?.trim() || null };
  }
  return null;
}

export function conferenceLines(conferencing: EventConferencing | null): string[] {
  if (conferencing === null) return [];
  const { joinUrl, providerName } = conferencing;
  const parameters = [
    { name: 'VALUE', values: ['URI'] },
    { name: 'FEATURE', values: ['VIDEO'] },
    ...(providerName === null ? [] : [{ name: 'LABEL', values: [providerName] }]),
  ];
  return [formatProperty({ name: 'CONFERENCE', parameters, value: joinUrl })];
}
