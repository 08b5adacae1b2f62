/**
 * Completes package-lock.json after `npm install`.
 *
 * A registry may lack some optional platform packages; `npm install` then leaves them out of the lock and `npm ci`
 * refuses its own lock ("Missing: X from lock file"). This adds them by name and version, so that every platform can
 * install from the same lock.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  optionalDependencies?: Record<string, string>;
}

const systems: Record<string, string> = {
  android: 'android',
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  windows: 'win32',
  freebsd: 'freebsd',
  openharmony: 'openharmony',
  aix: 'aix',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  sunos: 'sunos',
  wasm32: 'wasm',
};
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, LockedPackage> };
let added = 0;
for (const [at, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] || lock.packages[`${at}/node_modules/${name}`]) continue;
    const parts = (name.split('/').at(-1) ?? '')
      .split(/[-.]/)
      .map((part) => (/^armv?7?.*$/.test(part) && part !== 'arm64' ? 'arm' : part));
    const os = parts.map((part) => systems[part]).filter((found) => found !== undefined);
    const cpu = parts.filter((part) => processors.includes(part));
    if (!/^\d/.test(version) || (os.length === 0 && cpu.length === 0)) {
      console.error(`cannot complete ${name}@${version} of ${at}`);
      process.exitCode = 1;
      continue;
    }
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(entry.dev === true ? { dev: true } : {}),
      optional: true,
      ...(os.length > 0 ? { os } : {}),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages added to the lock`);
