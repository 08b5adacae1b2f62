/** Runs once after the whole suite: stops what global-setup started and removes its folder. */
import { rmSync } from 'node:fs';
import type { Embedded } from '../../datasources/store/embedded/start.ts';

export default async function run(): Promise<void> {
  const { embeddedForTests } = globalThis as { embeddedForTests?: { embedded: Embedded; folder: string } };
  if (embeddedForTests === undefined) return;
  await embeddedForTests.embedded.stop();
  rmSync(embeddedForTests.folder, { recursive: true, force: true });
}
