/** Interleaved rounds, medians and their spread. */

/** Small input, one round: CI sees that the bench still runs. */
export const tiny = process.argv.includes('--tiny');

export interface Figure {
  readonly median: number;
  readonly p95: number;
  readonly low: number;
  readonly high: number;
}

export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95), low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}

/** How much is added each time, by the straight line of least squares. */
export function slope(values: readonly number[]): number {
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const middle = (values.length - 1) / 2;
  const level = mean(values);
  const along = values.reduce((sum, value, index) => sum + (index - middle) * (value - level), 0);
  return along / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
}

/** CPU and wall time of one piece of work, in milliseconds. */
export async function spent(
  work: () => Promise<unknown> | unknown,
): Promise<{ readonly cpu: number; readonly wall: number }> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await work();
  const used = process.cpuUsage(cpu);
  return { cpu: (used.user + used.system) / 1000, wall: performance.now() - begun };
}

/** Runs the pieces in turn, round after round: what the machine does meanwhile meets all of them alike. */
export async function interleaved<Name extends string>(
  rounds: number,
  pieces: Readonly<Record<Name, () => Promise<unknown> | unknown>>,
): Promise<Readonly<Record<Name, { readonly cpu: Figure; readonly wall: Figure }>>> {
  const names = Object.keys(pieces) as Name[];
  const all = new Map(names.map((name) => [name, { cpu: [] as number[], wall: [] as number[] }]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const { cpu, wall } = await spent(pieces[name]);
      all.get(name)?.cpu.push(cpu);
      all.get(name)?.wall.push(wall);
    }
  }
  return Object.fromEntries(
    [...all].map(([name, { cpu, wall }]) => [name, { cpu: figure(cpu), wall: figure(wall) }]),
  ) as Record<Name, { cpu: Figure; wall: Figure }>;
}

const shown = (value: number | string) =>
  typeof value === 'string'
    ? value
    : Number.isInteger(value)
      ? String(value)
      : value.toFixed(Math.abs(value) < 100 ? 2 : 0);

/** One line of a report: what, how much, the bar, and whether it is kept; of a tiny run nothing is judged. */
export function report(what: string, value: number | string, bar = '', kept = true): void {
  console.log(`  ${what.padEnd(64)} ${shown(value).padStart(12)}  ${bar}${kept || tiny ? '' : '  MISSED'}`);
}

/** As `report`, with the spread. */
export function reportFigure(
  what: string,
  values: Figure,
  bar = '',
  keeps: (median: number) => boolean = () => true,
): void {
  const { median, low, high } = values;
  report(what, median, `${`${shown(low)}–${shown(high)}`.padEnd(16)} ${bar}`, keeps(median));
}
