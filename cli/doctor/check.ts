/** What the doctor looks at, one line each. */

export type Status = 'ok' | 'warn' | 'fail';

export interface Finding {
  /** Stable, for programs. */
  readonly name: string;
  readonly status: Status;
  readonly detail: string;
  /** What to do; there for everything that is not ok. */
  readonly fix: string | null;
}

export function ok(name: string, detail: string): Finding {
  return { name, status: 'ok', detail, fix: null };
}

export function warn(name: string, detail: string, fix: string): Finding {
  return { name, status: 'warn', detail, fix };
}

export function fail(name: string, detail: string, fix: string): Finding {
  return { name, status: 'fail', detail, fix };
}

/** A check that breaks is a finding as well: the doctor goes on. */
export async function attempt(
  name: string,
  check: () => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>,
  fix: string,
): Promise<readonly Finding[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    return [fail(name, reasonOf(error), fix)];
  }
}

export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message || error.name : String(error);
}
