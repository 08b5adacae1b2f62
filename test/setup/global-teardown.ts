/** Runs once for the whole suite. */
export default async function run(): Promise<void> {}
