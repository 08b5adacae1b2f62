/** The folder of `DATA_DIR`. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { StartFailure } from '../datasources/store/start-failure.ts';

/**
 * Makes the folder, for its owner alone, where it is not there.
 * @throws StartFailure where something else stands in its place, or where it cannot be made or written to
 */
export function makeDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new StartFailure(`DATA_DIR: expected a folder that can be made and written to, got ${dataDir} (${code})`, {
      cause: error,
    });
  }
}
