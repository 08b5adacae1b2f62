/** The seed of what is compared with oracles beside their first, fixed one. */

/** ORACLE_SEED where it is set, else always the same: whether the tests pass is a matter of the code alone. @throws for no seed. */
export function oracleSeed(): number {
  const text = process.env['ORACLE_SEED'] ?? '20261124';
  const seed = Number(text);
  if (!/^\d{1,10}$/.test(text) || seed >= 2 ** 32)
    throw new Error(`ORACLE_SEED: expected a whole number from 0 to 4294967295, got ${text}`);
  return seed;
}
