/** Takes what a client sent out of an error's text before it is logged: a database or a parser likes to quote its input. */
import { type DocumentNode, visit } from 'graphql';

/** Shorter strings are words of every message; cutting `id` or `en` out would leave nothing to read. */
const shortest = 5;
const longest = 200;
const mostStrings = 2_000;

/** The text of any thrown value, with the strings of a request's variables and literals replaced by `[redacted]`. */
export function scrubber(
  document: DocumentNode | undefined,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): (error: unknown) => string {
  return (error) => {
    const strings = new Set<string>();
    collect(variables, strings, 0);
    if (document !== undefined) {
      visit(document, {
        StringValue(node) {
          add(node.value, strings);
        },
      });
    }
    let text = textOf(error);
    for (const string of [...strings].sort((a, b) => b.length - a.length)) text = text.replaceAll(string, '[redacted]');
    return text;
  };
}

/** Name, message and stack, and those of the causes; no other property, since drivers keep queries and rows there. */
export function textOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return `thrown: a ${typeof error} that is no Error`;
  const text = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined || depth >= 5 ? text : `${text}\ncaused by: ${textOf(error.cause, depth + 1)}`;
}

function collect(value: unknown, into: Set<string>, depth: number): void {
  if (into.size >= mostStrings || depth > 20) return;
  if (typeof value === 'string') add(value, into);
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collect(part, into, depth + 1);
  }
}

/** A long string is quoted in parts, by lines or up to some length: each of its lines and its beginning count too. */
function add(value: string, into: Set<string>): void {
  if (value.length < shortest) return;
  if (value.length <= longest) into.add(value);
  const lines = value.slice(0, 100_000).split(/[\r\n\s]+/);
  for (const line of lines) {
    if (into.size >= mostStrings) return;
    if (line.length >= shortest) into.add(line.slice(0, longest));
  }
}
