/** A value of an input that is none of its kind: refused with everything else that is wrong with the input. */
import type { UserError } from '../errors.ts';

/** Stands where the value was. */
export class RefusedValue {
  /** What was expected, and as far as that may be repeated what came. */
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Beside other values of a list that may well be judged. */
const placeholder = (index: number) => `refused-${index}@placeholder.invalid`;

/**
 * An input without its refused values, so that the rest of it can be judged, and the errors of those. A field that holds one is
 * left out, an attendee's address is replaced, and a zone is that of the calendar.
 */
export function withoutRefusedValues<Input>(input: Input): { readonly input: Input; readonly errors: UserError[] } {
  const errors: UserError[] = [];
  const dropped = Symbol('dropped');
  const walk = (value: unknown, path: readonly string[]): unknown => {
    if (value instanceof RefusedValue) {
      errors.push({ path, code: 'INVALID', message: value.message });
      return path[0] === 'attendees' ? placeholder(errors.length) : dropped;
    }
    if (Array.isArray(value)) {
      return value.map((one, index) => walk(one, [...path, `${index}`])).filter((one) => one !== dropped);
    }
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, member]) => [name, walk(member, [...path, name])] as const);
    // A time without its instant or day is none; one without its zone is the calendar's.
    const broken = members.some(([name, kept]) => kept === dropped && path.length > 0 && name !== 'timeZone');
    return broken ? dropped : Object.fromEntries(members.filter(([, kept]) => kept !== dropped));
  };
  const kept = walk(input, []);
  return { input: kept as Input, errors };
}

/** The errors of an input that was judged without its refused values: what only says that those are missing is left out. */
export function besideRefused(errors: readonly UserError[], refused: readonly UserError[]): UserError[] {
  const fields = new Set(refused.map(({ path }) => path[0]));
  const times = fields.has('start') || fields.has('end');
  const kept = errors.filter(({ path, code }) => {
    if (refused.some((other) => other.path.join('\n') === path.join('\n'))) return false;
    if (code === 'REQUIRED' && fields.has(path[0])) return false;
    // Nobody knows whether the end is after the start.
    return !(times && path.length === 1 && (path[0] === 'start' || path[0] === 'end'));
  });
  return [...refused, ...kept];
}
