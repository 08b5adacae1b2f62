import type { Location } from '@stryker-mutator/api/core';

/**
 * One name for a mutant in the list that a sample is taken from, in the process that tries it and in the report: Stryker
 * numbers mutants anew in each run, and gives their files with other folders before domain/ in each of the three.
 *
 * @param location Lines and columns from 0; the report counts from 1.
 */
export function mutantName(file: string, location: Location, mutator: string, replacement = ''): string {
  const { start, end } = location;
  const place = `${start.line + 1}:${start.column + 1}-${end.line + 1}:${end.column + 1}`;
  return `${file.slice(file.lastIndexOf('domain/'))}:${place} ${mutator} ${replacement}`;
}
