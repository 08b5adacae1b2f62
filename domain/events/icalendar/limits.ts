/** What a document may cost. Above a limit the component is refused, and above `components` the whole document is. */
export interface ReadLimits {
  /** Components directly below VCALENDAR, all of one document. */
  readonly components: number;
  /** Octets of UTF-8 in one unfolded line. */
  readonly lineOctets: number;
  /** RDATE values of one component; as many EXDATE values. */
  readonly recurrenceDates: number;
  /** STANDARD and DAYLIGHT of one VTIMEZONE. */
  readonly observances: number;
  /** Components within components, VCALENDAR being the first. */
  readonly depth: number;
  /** Components within one component, alarms for example. */
  readonly parts: number;
  /** Properties of one component, its parts included. */
  readonly properties: number;
}

export const defaultLimits: ReadLimits = {
  components: 50_000,
  lineOctets: 75 * 1024,
  recurrenceDates: 10_000,
  observances: 500,
  depth: 32,
  parts: 1_000,
  properties: 50_000,
};

const encoder = new TextEncoder();

/** The number of UTF-8 octets of a text. */
export function octets(text: string): number {
  return encoder.encode(text).length;
}

/** Whether a text has more octets than allowed, without encoding what is plainly short or plainly long. */
export function exceedsOctets(text: string, maximum: number): boolean {
  if (text.length > maximum) return true;
  return text.length * 3 > maximum && octets(text) > maximum;
}
