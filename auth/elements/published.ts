/** The documents that browsers may send: published here, each for one permission of an element token. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, parse, print } from 'graphql';
import type { Scope } from '../../domain/actor.ts';

export const elementPermissions = ['AGENDA', 'AVAILABILITY', 'MANAGED_AVAILABILITY', 'ACCOUNT_MANAGEMENT'] as const;
export type ElementPermission = (typeof elementPermissions)[number];

/** What a permission's documents read, and no more. */
export const permissionScopes: Readonly<Record<ElementPermission, readonly Scope[]>> = {
  AGENDA: ['read_account', 'list_calendars', 'read_events', 'read_free_busy'],
  AVAILABILITY: ['read_account', 'read_free_busy'],
  MANAGED_AVAILABILITY: ['read_account', 'read_free_busy'],
  ACCOUNT_MANAGEMENT: ['read_account', 'list_calendars'],
};

export interface PublishedDocument {
  /** Its file's: `agenda`. */
  readonly name: string;
  readonly permission: ElementPermission;
  readonly query: string;
  /** Of `query`, in hexadecimal digits. */
  readonly sha256: string;
}

export interface PublishedDocuments {
  readonly all: readonly PublishedDocument[];
  /** Whether a document is one of them, however it is spaced and commented, for one of these permissions. */
  includes(document: DocumentNode, permissions: readonly string[]): boolean;
}

/** Reads them from the folder beside this file. @throws where one of them does not say what it is for */
export function publishedDocuments(): PublishedDocuments {
  const folder = join(import.meta.dirname, 'documents');
  const all = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file): PublishedDocument => {
      const query = readFileSync(join(folder, file), 'utf8');
      const permission = elementPermissions.find((name) => query.startsWith(`# ${name}: `));
      if (permission === undefined) throw new Error(`${file}: expected a first line "# PERMISSION: …"`);
      const sha256 = createHash('sha256').update(query).digest('hex');
      return { name: file.replace(/\.graphql$/, ''), permission, query, sha256 };
    });
  const permissionOf = new Map(all.map(({ query, permission }) => [print(parse(query)), permission]));
  const known = new WeakMap<DocumentNode, ElementPermission | null>();
  return {
    all,
    includes(document, permissions) {
      let permission = known.get(document);
      if (permission === undefined) {
        permission = permissionOf.get(print(document)) ?? null;
        known.set(document, permission);
      }
      return permission !== null && permissions.includes(permission);
    },
  };
}
