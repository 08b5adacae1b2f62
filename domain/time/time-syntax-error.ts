/** A text that does not say what a time should: names what was expected and shows what came, shortened. */
export class TimeSyntaxError extends Error {
  readonly expected: string;
  constructor(expected: string, given: string) {
    super(`expected ${expected}, not ${shown(given)}`);
    this.name = 'TimeSyntaxError';
    this.expected = expected;
  }
}

function shown(given: string): string {
  return JSON.stringify(given.length > 60 ? `${given.slice(0, 60)}…` : given);
}
