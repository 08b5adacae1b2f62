/** OAuth in the whole service: on a port that is known only when it listens, beside the graph. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { compose } from '../../server/compose.ts';
import { readConfig } from '../../server/config.ts';

test('with PORT=0 the issuer is where the service really listens', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'meridian-oauth-'));
  const running = await compose(readConfig({ PORT: '0', DATA_DIR: dataDir }));
  try {
    const metadata = await fetch(`${running.address}/.well-known/oauth-authorization-server`);
    expect(metadata.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await metadata.json()).toMatchObject({
      issuer: running.address,
      authorization_endpoint: `${running.address}/oauth/authorize`,
      token_endpoint: `${running.address}/oauth/token`,
      revocation_endpoint: `${running.address}/oauth/token/revoke`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    });
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'development',
      redirect_uri: 'http://localhost:3000/callback',
      scope: 'read_only',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    });
    const begun = await fetch(`${running.address}/oauth/authorize?${query}`, { redirect: 'manual' });
    expect([begun.status, begun.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/connect\//)]);
    // DNS rebinding: a name that is not this machine's gets nothing of it.
    const { port } = new URL(running.address);
    const node = await import('node:http');
    const foreign = await new Promise<number | undefined>((resolve, reject) => {
      const path = '/.well-known/oauth-authorization-server';
      node
        .get({ port, host: '127.0.0.1', path, headers: { host: 'evil.example' } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
        .on('error', reject);
    });
    expect(foreign).toBe(421);
  } finally {
    await running.stop(1_000);
    rmSync(dataDir, { recursive: true, force: true });
  }
});
