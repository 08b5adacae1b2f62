/** Runs once after the whole suite: ends what global-setup started. */
export default async function run(): Promise<void> {
  await (globalThis as { endDatabaseForTests?: () => Promise<void> }).endDatabaseForTests?.();
}
