/** What the service uses beside its database: Redis between nodes, a mail server. */
import { openRedis } from '../../datasources/redis/connection.ts';
import type { Settings } from '../house.ts';
import { type Finding, ok, warn } from './check.ts';

const probeMs = 3_000;

export async function checkReach(settings: Pick<Settings, 'mode' | 'redisUrl' | 'mail'>): Promise<readonly Finding[]> {
  return [checkMail(settings), ...(settings.redisUrl === null ? [] : [await checkRedis(settings.redisUrl)])];
}

function checkMail({ mode, mail }: Pick<Settings, 'mode' | 'mail'>): Finding {
  if (mail !== null) return ok('mail', `users are written to from ${mail.from} when a calendar is disconnected`);
  const detail = 'no mail server is named: nobody is written to when a calendar is disconnected';
  return mode === 'production'
    ? warn('mail', detail, 'set MERIDIAN_SMTP_URL and MERIDIAN_MAIL_FROM')
    : ok('mail', detail);
}

/** Never names the address, which may hold a password. */
async function checkRedis(url: string): Promise<Finding> {
  let reason = 'it does not answer';
  const redis = openRedis(url, (code) => {
    reason = code;
  });
  try {
    for (const until = Date.now() + probeMs; Date.now() < until; ) {
      const answer = await redis.client.ping().catch(() => null);
      if (answer === 'PONG') return ok('redis', 'Redis answers');
      await new Promise((later) => setTimeout(later, 100));
    }
    return warn(
      'redis',
      `Redis of REDIS_URL cannot be used (${reason}): each node counts limits for itself`,
      'check REDIS_URL, and that this machine may reach it',
    );
  } finally {
    await redis.close();
  }
}
