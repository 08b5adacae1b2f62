/** Objects of an answer: their fields executed beside each other, or one after the other. */
import { isThenable, type Path, type Run } from './run.ts';

/** The fields of objects of one type at one place of an operation. */
export interface Selection {
  readonly fields: readonly Field[];
  /** What answers begin as, so that each has its keys in place at once; null with a field called `__proto__`. */
  readonly empty: Readonly<Record<string, unknown>> | null;
}

export interface Field {
  readonly name: string;
  /** The property that is answered as it is where it is a string; null where there is more to it. */
  readonly text: string | null;
  /** Answers its value, a promise of it, or throws what makes its parent null. */
  readonly execute: (run: Run, source: unknown, parent: Path | undefined) => unknown;
}

/** Executes fields beside each other (spec §6.3.3). @throws what makes the whole object null */
export function executeFields(run: Run, selection: Selection, source: unknown, path: Path | undefined): unknown {
  const results = beginning(selection);
  const properties = typeof source === 'object' && source !== null ? (source as Record<string, unknown>) : {};
  let promised: string[] | null = null;
  try {
    for (const { name, text, execute } of selection.fields) {
      if (text !== null) {
        const value = properties[text];
        if (typeof value === 'string') {
          results[name] = value;
          continue;
        }
      }
      const result = execute(run, source, path);
      results[name] = result;
      if (isThenable(result)) {
        promised ??= [];
        promised.push(name);
      }
    }
  } catch (error) {
    if (promised === null) throw error;
    // The others may reject, too: nobody would hear of it.
    return settled(results, promised).finally(() => {
      throw error;
    });
  }
  return promised === null ? results : settled(results, promised);
}

/** Executes fields one after the other, as a mutation's (spec §6.2.2). */
export function executeFieldsSerially(run: Run, selection: Selection, source: unknown): unknown {
  const results = beginning(selection);
  let before: PromiseLike<unknown> | null = null;
  for (const { name, execute } of selection.fields) {
    const next = (): unknown => {
      const result = execute(run, source, undefined);
      if (isThenable(result)) {
        return result.then((value) => {
          results[name] = value;
        });
      }
      results[name] = result;
      return undefined;
    };
    const done: unknown = before === null ? next() : before.then(next);
    if (isThenable(done)) before = done;
  }
  return before === null ? results : before.then(() => results);
}

function beginning({ empty }: Selection): Record<string, unknown> {
  return empty === null ? Object.create(null) : { ...empty };
}

async function settled(results: Record<string, unknown>, promised: readonly string[]): Promise<unknown> {
  const values = await Promise.all(promised.map((name) => results[name]));
  for (const [index, name] of promised.entries()) results[name] = values[index];
  return results;
}
