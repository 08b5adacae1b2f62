/** The contract's scalars: strict on input, one form on output. */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { RefusedValue } from '../../domain/events/refused-value.ts';
import { parseDate } from '../../domain/time/calendar-days.ts';
import { readDuration } from '../../domain/time/durations.ts';
import { InstantTexts } from '../../domain/time/instant-texts.ts';
import { FIRST_INSTANT, LAST_INSTANT, parseInstant } from '../../domain/time/instants.ts';
import { formatLocalTime, parseLocalTime } from '../../domain/time/wall-clock.ts';
import { isLenient } from './lenient.ts';

/** An object's depth, itself the first level. */
const deepestJson = 8;
const longestEmail = 254;
const longestUrl = 2_048;
const longestDuration = 40;

/** Keys that mean something else to JavaScript than to the client that sent them. */
const prototypeKeys = new Set(['__proto__', 'constructor', 'prototype']);

export interface ScalarOptions {
  /** The IANA name of an IANA or Windows zone's name, null when unknown (domain/time, `ZoneData.canonical`). */
  readonly canonicalZone: (name: string) => string | null;
}

/** One scalar of text: `read` answers the value in the one form that the rest of the code sees, or throws an Error. */
function textScalar(
  name: string,
  read: (text: string) => unknown,
  write: (value: unknown) => string,
): GraphQLScalarType {
  const parse = (value: unknown): unknown => {
    if (typeof value !== 'string') throw new Error(`expected a string, got ${kindOf(value)}`);
    return read(value);
  };
  return new GraphQLScalarType({
    name,
    serialize: write,
    parseValue: (value) => refusedInPlace(() => parse(value)),
    parseLiteral: (node) => parse(textOf(node)),
  });
}

function refusedInPlace(parse: () => unknown): unknown {
  if (!isLenient()) return parse();
  try {
    return parse();
  } catch (error) {
    return new RefusedValue(error instanceof Error ? error.message : 'expected another value');
  }
}

/** Builds the scalars, by name. Their values: DateTime is epoch milliseconds, JSONObject an object, the others strings. */
export function createScalars({ canonicalZone }: ScalarOptions): Readonly<Record<string, GraphQLScalarType>> {
  const timeZone = (text: string): string => {
    const zone = canonicalZone(text);
    if (zone === null)
      throw new Error(`expected an IANA or Windows time zone such as Europe/London, got ${shown(text)}`);
    return zone;
  };
  const scalars = [
    textScalar('DateTime', parseInstant, writeInstant),
    textScalar('Date', keepIf(parseDate), writeText),
    textScalar('LocalTime', localTime, writeText),
    textScalar('TimeZone', timeZone, writeText),
    textScalar('Duration', duration, writeText),
    textScalar('EmailAddress', emailAddress, writeText),
    textScalar('URL', webAddress, writeText),
    textScalar('HexColor', hexColor, writeText),
    jsonObject(),
  ];
  return Object.fromEntries(scalars.map((scalar) => [scalar.name, scalar]));
}

function keepIf(check: (text: string) => unknown): (text: string) => string {
  return (text) => {
    check(text);
    return text;
  };
}

const texts = new InstantTexts();

function writeInstant(value: unknown): string {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < FIRST_INSTANT || value > LAST_INSTANT) {
    throw new TypeError(`expected an instant in epoch milliseconds to answer, got ${kindOf(value)}`);
  }
  return texts.of(value);
}

function writeText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`expected a string to answer, got ${kindOf(value)}`);
  return value;
}

/** `09:30` or `09:30:00`, and `24:00` for the end of a day; answered as the shortest that says it. */
function localTime(text: string): string {
  return formatLocalTime(parseLocalTime(text, { endOfDay: true }));
}

/** Years and months have no length; a sign is for a trigger before its anchor, other arguments refuse it themselves. */
function duration(text: string): string {
  if (text.length > longestDuration || readDuration(text) === null) {
    throw new Error(
      `expected an ISO 8601 duration in weeks, days, hours, minutes and seconds such as PT30M, got ${shown(text)}`,
    );
  }
  return text;
}

/** RFC 5321 §4.1.2, without quoted local parts and address literals, which no provider delivers to. */
function emailAddress(text: string): string {
  const [, local, domain] = /^([^\s@"(),:;<>[\]\\]+)@([^\s@"(),:;<>[\]\\_]+)$/u.exec(text) ?? [];
  const isShaped =
    local !== undefined &&
    domain !== undefined &&
    Buffer.byteLength(text) <= longestEmail &&
    Buffer.byteLength(local) <= 64 &&
    !/^\.|\.\.|\.$/.test(local) &&
    domain.split('.').every((label) => /^[^-.].{0,62}$/u.test(label) && !label.endsWith('-'));
  if (!isShaped) {
    throw new Error(
      `expected an e-mail address of at most ${longestEmail} characters, without a display name, got another text`,
    );
  }
  return text;
}

/** Says nothing of what came: an address may be a secret. */
function webAddress(text: string): string {
  const isAddress = text.length <= longestUrl && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) && URL.canParse(text);
  if (!isAddress) {
    throw new Error(`expected an absolute http or https URL of at most ${longestUrl} characters, got another text`);
  }
  return text;
}

function hexColor(text: string): string {
  if (!/^#[0-9a-f]{6}$/i.test(text)) throw new Error(`expected a colour such as #1A73E8, got ${shown(text)}`);
  return text.toUpperCase();
}

function jsonObject(): GraphQLScalarType {
  return new GraphQLScalarType({
    name: 'JSONObject',
    serialize: (value) => {
      if (!isPlainObject(value)) throw new TypeError(`expected an object to answer, got ${kindOf(value)}`);
      return value;
    },
    parseValue: (value) => refusedInPlace(() => checkedObject(value)),
    parseLiteral: (node, variables) => {
      refusePrototypeKeys(node);
      return checkedObject(valueFromASTUntyped(node, variables));
    },
  });
}

function checkedObject(value: unknown): Record<string, unknown> {
  if (!isPlainObject(value)) throw new Error(`expected an object, got ${kindOf(value)}`);
  refuseBadJson(value, 1);
  return value;
}

function refuseBadJson(value: unknown, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('expected finite numbers, got another');
  if (typeof value !== 'object' || value === null) return;
  if (depth > deepestJson) throw new Error(`expected an object of at most ${deepestJson} levels, got a deeper one`);
  for (const [key, part] of Object.entries(value)) {
    if (prototypeKeys.has(key)) throw new Error(`expected no key ${key}, got one`);
    refuseBadJson(part, depth + 1);
  }
}

/** valueFromASTUntyped makes objects without a prototype, in which `__proto__` is a key like any other. */
function refusePrototypeKeys(node: ValueNode): void {
  if (node.kind === Kind.LIST) {
    for (const value of node.values) refusePrototypeKeys(value);
  } else if (node.kind === Kind.OBJECT) {
    for (const field of node.fields) {
      if (prototypeKeys.has(field.name.value)) throw new Error(`expected no key ${field.name.value}, got one`);
      refusePrototypeKeys(field.value);
    }
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function textOf(node: ValueNode): string {
  if (node.kind !== Kind.STRING) throw new GraphQLError(`expected a string, got ${node.kind}`, { nodes: node });
  return node.value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
