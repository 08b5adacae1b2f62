/** fast-check with at most 30 runs a property: a mutant that random input does not meet by then counts as survived. */
import real, { type IRawProperty, type Parameters } from '../../node_modules/fast-check/lib/fast-check.js';

const runs = 30;

function assert<T>(property: IRawProperty<T>, parameters: Parameters<T> = {}): void | Promise<void> {
  return real.assert(property, { ...parameters, numRuns: Math.min(parameters.numRuns ?? runs, runs) });
}

export default { ...real, assert };
