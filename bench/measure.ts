/** Interleaved rounds, medians and their spread. */

/** Small input, one round: CI sees that the bench still runs. */
export const tiny = process.argv.includes('--tiny');

export interface Figure {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { median: at(0.5), low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
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

/** One line of a report: what, how much, and the bar. */
export function report(what: string, value: number | string, bar = ''): void {
  const shown = typeof value === 'number' ? (Number.isInteger(value) ? String(value) : value.toFixed(2)) : value;
  console.log(`  ${what.padEnd(64)} ${shown.padStart(12)}  ${bar}`);
}
