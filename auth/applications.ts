/** What may be done with an application: made, verified, given a new secret, set. */
import { randomBytes } from 'node:crypto';
import { hashToken, newToken } from '../datasources/secrets/tokens.ts';
import {
  type ApplicationSettings,
  changeLimits,
  changeSettings,
  clientIdShape,
  endOtherSecrets,
  findUnit,
  insertApplication,
  insertSecret,
  insertUnit,
  lockApplication,
  type RegisteredApplication,
  verify,
} from '../datasources/store/applications.ts';
import { audit } from '../datasources/store/audit.ts';
import type { Tx } from '../datasources/store/store.ts';
import { scopes } from '../domain/actor.ts';
import type { UserError } from '../domain/errors.ts';
import type { IdSource } from '../domain/identity.ts';
import { developmentClientId } from './development.ts';
import { registrationProblem } from './redirect-uris.ts';

/** Refused by a rule; nothing was changed. */
export class ApplicationRefusal extends Error {
  readonly problems: readonly UserError[];

  constructor(problems: readonly UserError[]) {
    super(problems.map(({ message }) => message).join('; '));
    this.name = 'ApplicationRefusal';
    this.problems = problems;
  }
}

const mostRedirectUris = 100;
const longestName = 200;
const defaultUnit = 'Default';

export interface Creation {
  readonly name: string;
  /** An organizational unit's id or name; made where no unit has this name. By default one called `Default`. */
  readonly unit?: string;
  /** That of an application whose database was lost: its managed events at providers are bound to it. */
  readonly clientId?: string;
  readonly implicitLinking?: boolean;
  readonly rotateRefreshTokens?: boolean;
}

export interface IssuedSecret {
  /** Shown once: only its hash is kept. */
  readonly secret: string;
  readonly application: RegisteredApplication;
}

/** A new application in DEVELOPMENT with its first secret. @throws ApplicationRefusal */
export async function createApplication(
  tx: Tx,
  ids: IdSource,
  creation: Creation,
  actor: string,
): Promise<IssuedSecret> {
  const name = checkName(creation.name, ['name']);
  const clientId = creation.clientId ?? randomBytes(16).toString('hex');
  if (!clientIdShape.test(clientId) || clientId === developmentClientId) {
    throw refuse(['clientId'], 'INVALID', 'expected 1 to 100 letters, digits, `_`, `.` and `-`, and not `development`');
  }
  const unitId = await unitOf(tx, ids, creation.unit ?? defaultUnit);
  const id = ids('app');
  const isNew = await insertApplication(tx, {
    id,
    unitId,
    name,
    clientId,
    implicitLinking: creation.implicitLinking ?? false,
    rotateRefreshTokens: creation.rotateRefreshTokens ?? true,
  });
  if (!isNew)
    throw refuse(['clientId'], 'DUPLICATE', 'expected a client id that no application has, got one that is taken');
  await audit(tx, { action: 'application.created', actor, unitId, applicationId: id, detail: { clientId, name } });
  const { secret } = await addSecret(tx, ids, id, null);
  return { secret, application: await existing(tx, clientId) };
}

async function unitOf(tx: Tx, ids: IdSource, unit: string): Promise<string> {
  const found = await findUnit(tx, unit);
  if (found === 'several') {
    throw refuse(['unit'], 'INVALID', 'expected the id or the name of one unit, got a name that several have');
  }
  if (found !== null) return found.id;
  if (unit.startsWith('org_')) throw refuse(['unit'], 'NOT_FOUND', `expected a unit that exists, got ${unit}`);
  const id = ids('org');
  await insertUnit(tx, { id, name: checkName(unit, ['unit']) });
  return id;
}

/**
 * A second secret beside those that there are, which end in `keepSeconds`: time enough to give the new one to every process
 * of the application. @throws ApplicationRefusal
 */
export async function rotateSecret(
  tx: Tx,
  ids: IdSource,
  rotation: { readonly clientId: string; readonly keepSeconds: number; readonly label: string | null },
  actor: string,
): Promise<IssuedSecret & { readonly ending: number }> {
  const application = await existing(tx, rotation.clientId);
  if (application.clientId === developmentClientId) {
    throw refuse(
      ['clientId'],
      'NOT_SUPPORTED',
      'the development application has the key of MERIDIAN_API_KEY or of DATA_DIR/api-key: change that in place of a secret',
    );
  }
  const { id, secret } = await addSecret(tx, ids, application.id, rotation.label);
  const ending = await endOtherSecrets(tx, application.id, id, rotation.keepSeconds);
  await audit(tx, {
    action: 'secret.rotated',
    actor,
    unitId: application.unitId,
    applicationId: application.id,
    subjectId: id,
    detail: { ending, keepSeconds: rotation.keepSeconds },
  });
  return { secret, application, ending };
}

async function addSecret(tx: Tx, ids: IdSource, applicationId: string, label: string | null) {
  const id = ids('crd');
  const secret = newToken('msk');
  await insertSecret(tx, { id, applicationId, hash: hashToken(secret), label, scopes });
  return { id, secret };
}

/**
 * Moves an application to PRODUCTION and adds redirect URIs; may be repeated, and takes nothing away.
 * @param by the application, by its id or its client id
 * @param path where the addresses stand in the caller's input
 * @throws ApplicationRefusal with every problem at once
 */
export async function verifyApplication(
  tx: Tx,
  by: { readonly id: string } | { readonly clientId: string },
  redirectUris: readonly string[],
  actor: string,
  path: readonly string[] = ['redirectUris'],
): Promise<RegisteredApplication> {
  const problems = redirectUris.flatMap((uri, index): UserError[] => {
    const problem = registrationProblem(uri);
    const code = uri.length > 2_000 ? 'TOO_LONG' : 'INVALID';
    return problem === null ? [] : [{ path: [...path, String(index)], code, message: problem }];
  });
  if (problems.length > 0) throw new ApplicationRefusal(problems);
  const application = await lockApplication(tx, by);
  if (application === null) throw refuse(path.slice(0, -1), 'NOT_FOUND', 'expected an application that exists');
  const added = [...new Set(redirectUris)].filter((uri) => !application.redirectUris.includes(uri));
  const all = [...application.redirectUris, ...added];
  if (all.length === 0) throw refuse(path, 'REQUIRED', 'expected one redirect URI or more, got none');
  if (all.length > mostRedirectUris) {
    throw refuse(
      path,
      'LIMIT_EXCEEDED',
      `expected at most ${mostRedirectUris} redirect URIs in all, got ${all.length}`,
    );
  }
  if (added.length === 0 && application.mode === 'PRODUCTION') return application;
  await verify(tx, application.id, all);
  await audit(tx, {
    action: 'application.verified',
    actor,
    unitId: application.unitId,
    applicationId: application.id,
    detail: { added },
  });
  return existing(tx, application.clientId);
}

/** @throws ApplicationRefusal */
export async function changeApplication(
  tx: Tx,
  clientId: string,
  settings: ApplicationSettings,
  actor: string,
): Promise<RegisteredApplication> {
  const application = await existing(tx, clientId);
  const checked = settings.name === undefined ? settings : { ...settings, name: checkName(settings.name, ['name']) };
  await changeSettings(tx, application.id, checked);
  await audit(tx, {
    action: 'application.changed',
    actor,
    unitId: application.unitId,
    applicationId: application.id,
    detail: { ...checked },
  });
  return existing(tx, clientId);
}

/** Null for the installation's. */
export interface OwnLimits {
  readonly perSecond: number | null;
  readonly perMinute: number | null;
}

/**
 * Gives an application request limits of its own; both null takes them away.
 * @returns the limits, and until when they count (ISO 8601; null: for good). @throws ApplicationRefusal
 */
export async function limitApplication(
  tx: Tx,
  clientId: string,
  limits: OwnLimits & { readonly forSeconds: number | null },
  actor: string,
): Promise<OwnLimits & { readonly until: string | null }> {
  const application = await existing(tx, clientId);
  const until = await changeLimits(tx, application.id, limits);
  const { perSecond, perMinute } = limits;
  const set = { perSecond, perMinute, until: until?.toISOString() ?? null };
  await audit(tx, {
    action: 'application.limited',
    actor,
    unitId: application.unitId,
    applicationId: application.id,
    detail: set,
  });
  return set;
}

async function existing(tx: Tx, clientId: string): Promise<RegisteredApplication> {
  const application = await lockApplication(tx, { clientId });
  if (application === null) throw refuse(['clientId'], 'NOT_FOUND', 'expected the client id of an application');
  return application;
}

/** Users read it on the consent page: one line, no control characters, nothing that turns the writing round. */
function checkName(text: string, path: readonly string[]): string {
  const name = text.trim();
  if (name === '') throw refuse(path, 'REQUIRED', 'expected a name, got none');
  if (name.length > longestName) {
    throw refuse(path, 'TOO_LONG', `expected at most ${longestName} characters, got ${name.length}`);
  }
  if (/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name)) {
    throw refuse(path, 'INVALID', 'expected a name without control characters');
  }
  return name;
}

function refuse(path: readonly string[], code: UserError['code'], message: string): ApplicationRefusal {
  return new ApplicationRefusal([{ path, code, message }]);
}
