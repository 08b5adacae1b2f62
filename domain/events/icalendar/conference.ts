/** CONFERENCE (RFC 7986 §5.11): where an event is joined from afar. */

import type { DialIn, EventConferencing } from '../model.ts';
import { sameValue } from '../same-value.ts';
import { formatProperty, type Property, parameterOf, parseProperty } from './property.ts';

/** More numbers than this nobody picks from. */
const mostNumbers = 50;

/** The first web address among the lines, and the telephone numbers beside it; null where there is no web address. */
export function conferencingOf(properties: readonly Property[]): EventConferencing | null {
  for (const property of properties) {
    const joinUrl = property.value.trim();
    if (!/^https?:\/\/[^\s/?#]/i.test(joinUrl) || joinUrl.length > 2_048 || !URL.canParse(joinUrl)) continue;
    const dialIn = properties.flatMap((one) => dialInOf(one) ?? []).slice(0, mostNumbers);
    return {
      joinUrl,
      providerName: parameterOf(property, 'LABEL')?.trim() || null,
      ...(dialIn.length === 0 ? {} : { dialIn }),
    };
  }
  return null;
}

/** A `tel:` address (RFC 3966), its parameters left away; commas are pauses before what is entered then. */
function dialInOf({ value }: Property): DialIn | null {
  const [, phoneNumber, pin = null] =
    /^tel:(\+?[0-9(][0-9().*#-]{1,39})(?:;[^,]{0,200})?(?:,{1,20}([0-9*#]{1,40}))?$/i.exec(value.trim()) ?? [];
  return phoneNumber === undefined ? null : { phoneNumber, pin };
}

/** The lines of a conference. @param had those that there are: a number that is among them keeps its line */
export function conferenceLines(conferencing: EventConferencing | null, had: readonly string[] = []): string[] {
  if (conferencing === null) return [];
  const { joinUrl, providerName, dialIn = [] } = conferencing;
  const parameters = [
    { name: 'VALUE', values: ['URI'] },
    { name: 'FEATURE', values: ['VIDEO'] },
    ...(providerName === null ? [] : [{ name: 'LABEL', values: [providerName] }]),
  ];
  return [
    formatProperty({ name: 'CONFERENCE', parameters, value: joinUrl }),
    ...dialIn.map((number) => had.find((line) => isNumber(line, number)) ?? numberLine(number)),
  ];
}

function isNumber(line: string, number: DialIn): boolean {
  const property = parseProperty(line);
  return property !== null && sameValue(dialInOf(property), number);
}

function numberLine({ phoneNumber, pin }: DialIn): string {
  const parameters = [
    { name: 'VALUE', values: ['URI'] },
    { name: 'FEATURE', values: ['PHONE'] },
  ];
  // Some seconds for whoever picks up: a comma is a pause.
  return formatProperty({
    name: 'CONFERENCE',
    parameters,
    value: `tel:${phoneNumber}${pin === null ? '' : `,,,${pin}`}`,
  });
}
