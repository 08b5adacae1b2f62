/** Element tokens: for one browser origin, some accounts, some permissions, and the documents that are published for them. */
import { sql } from 'kysely';
import { hashToken, newToken } from '../../datasources/secrets/tokens.ts';
import { findAccounts } from '../../datasources/store/accounts.ts';
import { audit } from '../../datasources/store/audit.ts';
import type { QueryCounter, Store, Tenant } from '../../datasources/store/store.ts';
import type { Actor } from '../../domain/actor.ts';
import type { UserError } from '../../domain/errors.ts';
import type { IdSource } from '../../domain/identity.ts';
import { type ElementPermission, permissionScopes } from './published.ts';

/** Seconds: a working day and a little more. */
export const elementTokenLifetime = 64_800;
const mostAccounts = 100;
/** An origin without tokens is asked about once a second at most. */
const freshFor = 1_000;
const mostKnown = 10_000;

export interface ElementTokenInput {
  readonly origin: string;
  readonly accountIds: readonly string[];
  readonly permissions: readonly ElementPermission[];
}

export interface ElementTokenAnswer {
  readonly token: string | null;
  readonly expiresIn: number | null;
  readonly userErrors: readonly UserError[];
}

export interface ElementTokens {
  /** createElementToken, for an application's own credential. */
  create(actor: Actor, input: ElementTokenInput, counter: QueryCounter): Promise<ElementTokenAnswer>;
}

export function elementTokens({ store, ids }: { readonly store: Store; readonly ids: IdSource }): ElementTokens {
  return {
    async create(actor, input, counter) {
      const tenant: Tenant = { applicationId: actor.applicationId, accountId: null };
      const accountIds = [...new Set(input.accountIds)];
      const userErrors = [...originErrors(input.origin), ...countErrors(input, accountIds)];
      const found = new Set(
        accountIds.length > mostAccounts
          ? []
          : (await store.withApplication(tenant, (tx) => findAccounts(tx, tenant, accountIds), counter)).map(
              ({ id }) => id,
            ),
      );
      if (accountIds.length <= mostAccounts) {
        input.accountIds.forEach((id, index) => {
          if (found.has(id)) return;
          const message = 'Expected an account that authorised this application, got an unknown id';
          userErrors.push({ path: ['accountIds', `${index}`], code: 'NOT_FOUND', message });
        });
      }
      if (userErrors.length > 0) return { token: null, expiresIn: null, userErrors };
      const token = newToken('met');
      const scopes = [...new Set(input.permissions.flatMap((permission) => permissionScopes[permission]))];
      const id = ids('crd');
      const permissions = [...new Set(input.permissions)];
      await store.asWorker(async (tx) => {
        await tx
          .insertInto('credential')
          .values({
            id,
            application_id: actor.applicationId,
            kind: 'ELEMENT_TOKEN',
            token_hash: hashToken(token),
            scopes,
            origin: input.origin,
            account_ids: accountIds,
            permissions,
            expires_at: sql`now() + make_interval(secs => ${elementTokenLifetime})`,
          })
          .execute();
        await audit(tx, {
          action: 'element-token.created',
          actor: `application:${actor.clientId}`,
          unitId: actor.unitId,
          applicationId: actor.applicationId,
          subjectId: id,
          detail: { origin: input.origin, accounts: accountIds, permissions },
        });
      }, counter);
      return { token, expiresIn: elementTokenLifetime, userErrors: [] };
    },
  };
}

function countErrors({ permissions }: ElementTokenInput, accountIds: readonly string[]): UserError[] {
  const errors: UserError[] = [];
  if (accountIds.length === 0 || accountIds.length > mostAccounts) {
    const message = `Expected 1 to ${mostAccounts} accounts, got ${accountIds.length}`;
    errors.push({ path: ['accountIds'], code: accountIds.length === 0 ? 'REQUIRED' : 'LIMIT_EXCEEDED', message });
  }
  if (permissions.length === 0) {
    errors.push({ path: ['permissions'], code: 'REQUIRED', message: 'Expected at least one permission, got none' });
  }
  return errors;
}

/** As a browser sends it (RFC 6454 §6.1): nothing else would ever be equal to it. */
function originErrors(origin: string): UserError[] {
  const refuse = (expected: string): UserError[] => [
    { path: ['origin'], code: 'INVALID', message: `Expected ${expected}, such as https://app.example.com` },
  ];
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    return refuse('scheme, host and, where it is not the usual one, port, exactly as browsers send them');
  }
  const { protocol, hostname } = new URL(origin);
  const isLoopback = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
    ? []
    : refuse('an https origin, or http on this very machine');
}

/**
 * Whether any page of an origin may ask at all: what a preflight, which carries no token, is answered by. From memory
 * for a second.
 */
export function elementOrigins(
  store: Pick<Store, 'asWorker'>,
  now: () => number = () => performance.now(),
): (origin: string) => Promise<boolean> {
  const known = new Map<string, { readonly allowed: boolean; readonly until: number }>();
  return async (origin) => {
    const found = known.get(origin);
    if (found !== undefined && found.until > now()) return found.allowed;
    const row = await store.asWorker((tx) =>
      tx
        .selectFrom('credential')
        .select('id')
        .where('kind', '=', 'ELEMENT_TOKEN')
        .where('origin', '=', origin)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .limit(1)
        .executeTakeFirst(),
    );
    if (known.size >= mostKnown) known.clear();
    known.set(origin, { allowed: row !== undefined, until: now() + freshFor });
    return row !== undefined;
  };
}
