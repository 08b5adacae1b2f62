/** Secrets that a test knows by name, and the search for them wherever they must not be. */

/** What a secret looks like in clear: as it is, and as it is written in addresses, JSON, headers and dumps of bytes. */
function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [
    value,
    encodeURIComponent(value),
    new URLSearchParams({ value }).toString().slice('value='.length),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
}

export interface Canaries {
  /** Names a secret. @returns its value */
  add(name: string, value: string): string;
  /** A new secret of this name, that nobody else has. */
  make(name: string): string;
  /** The names of those that are in a text; `but` are not looked for. */
  foundIn(text: string, but?: readonly string[]): readonly string[];
  readonly names: readonly string[];
}

export function canaries(): Canaries {
  const known = new Map<string, readonly string[]>();
  let made = 0;
  const add = (name: string, value: string): string => {
    // A shorter one would be found by chance.
    if (value.length < 12) throw new Error(`${name}: expected 12 characters or more, got ${value.length}`);
    known.set(`${name} ${known.size + 1}`, [...new Set(spellings(value))]);
    return value;
  };
  return {
    add,
    make: (name) => add(name, `canary-${name.replace(/\W+/g, '-')}-${++made}-${Math.random().toString(36).slice(2)}`),
    foundIn: (text, but = []) =>
      [...known]
        .filter(([name]) => !but.some((other) => name.startsWith(other)))
        .filter(([, forms]) => forms.some((form) => text.includes(form)))
        .map(([name]) => name),
    get names() {
      return [...known.keys()];
    },
  };
}
