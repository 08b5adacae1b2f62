/** The machine: Node, its time zones, the disk, the embedded PostgreSQL's files. */
import { existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { nativeFolder } from '../../datasources/store/embedded/binaries.ts';
import { bytes } from '../progress.ts';
import { attempt, type Finding, fail, ok, warn } from './check.ts';

const oldestNode = [22, 18] as const;
const mebibyte = 1024 * 1024;

export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (isNew) return ok('node', `Node ${version}`);
  return fail(
    'node',
    `Node ${version}, expected ${oldestNode.join('.')} or newer`,
    'run `npm ci`, which brings a Node of its own, and start through npm',
  );
}

/** Whether this process's zone data knows a rule that every release has had since 2007. */
export function checkZones(version = process.versions['tz']): Finding {
  // US law (Energy Policy Act of 2005): 8 March 2026, 02:00 in New York becomes 03:00, so that noon UTC is 08:00 and not 07:00.
  const hour = (at: string) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', hourCycle: 'h23' }).format(
      new Date(at),
    );
  const shown = [hour('2026-03-07T12:00:00Z'), hour('2026-03-08T12:00:00Z')].join(' ');
  if (shown === '07 08')
    return ok('time-zones', `zone data ${version ?? 'of an unknown version'}, daylight saving as it should be`);
  return fail(
    'time-zones',
    `zone data ${version ?? 'of an unknown version'} shows noon UTC in New York as ${shown}, expected 07 08`,
    'use a Node with full ICU data, such as the one that `npm ci` brings',
  );
}

export function checkDisk(dataDir: string): Finding {
  let place = resolve(dataDir);
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  const free = Number(bavail) * Number(bsize);
  const detail = `${bytes(free)} free at ${place}`;
  if (free >= 1024 * mebibyte) return ok('disk', detail);
  const way = 'make room, or set DATA_DIR to a folder on another disk';
  return free < 100 * mebibyte ? fail('disk', detail, way) : warn('disk', detail, way);
}

export function checkEmbeddedPackage(): Promise<readonly Finding[]> {
  return attempt(
    'postgresql-package',
    () => ok('postgresql-package', `embedded PostgreSQL in ${nativeFolder()}`),
    'run `npm ci` without --ignore-scripts and without --omit=optional, or set DATABASE_URL',
  );
}
