/** The real CalDAV servers that tests speak to: Debian's Radicale, Xandikos and Cyrus, each started for one suite. */
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { CalDavServer, CalDavServerName } from './servers/caldav-server.ts';
import { cyrusMissing, startCyrus } from './servers/cyrus.ts';
import { radicaleMissing, startRadicale } from './servers/radicale.ts';
import { startXandikos, xandikosMissing } from './servers/xandikos.ts';

export type { CalDavServer, CalDavServerName, TestUser } from './servers/caldav-server.ts';
export { basic } from './servers/caldav-server.ts';

export const calDavServerNames: readonly CalDavServerName[] = ['radicale', 'xandikos', 'cyrus'];

const starters: Record<CalDavServerName, { missing: () => string | null; start: () => Promise<CalDavServer> }> = {
  radicale: { missing: radicaleMissing, start: startRadicale },
  xandikos: { missing: xandikosMissing, start: startXandikos },
  cyrus: { missing: cyrusMissing, start: startCyrus },
};

/** Null when this server can be started here, else what is missing. */
export function missing(name: CalDavServerName): string | null {
  return starters[name].missing();
}

/** @throws when it cannot be started; ask `missing` first */
export async function startServer(name: CalDavServerName): Promise<CalDavServer> {
  return await starters[name].start();
}

/**
 * A describe block with a running server. Without the program the block says what it left out and passes; with
 * REQUIRE_SERVERS=1 it fails.
 */
export function describeWithServer(name: CalDavServerName, tests: (server: () => CalDavServer) => void): void {
  const reason = missing(name);
  describe(name, () => {
    if (reason !== null) {
      test(`left out: ${reason}`, () => {
        if (process.env['REQUIRE_SERVERS'] === '1') throw new Error(`REQUIRE_SERVERS=1, but ${reason}`);
        process.stderr.write(`left out: everything against ${name}: ${reason}\n`);
      });
      return;
    }
    let running: CalDavServer | undefined;
    beforeAll(async () => {
      running = await startServer(name);
    });
    tests(() => {
      if (running === undefined) throw new Error(`${name} was not started`);
      return running;
    });
    // Registered last: hooks run in order, and the tests' own may still need the server.
    afterAll(async () => {
      await running?.stop();
    });
  });
}
