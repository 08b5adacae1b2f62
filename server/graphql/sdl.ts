/** Reads the schema's own SDL: schema/*.graphql, one file per domain. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, Kind, parse } from 'graphql';

const folder = join(import.meta.dirname, '..', '..', 'schema');

/** Names of the SDL files, in a fixed order; `baseline.graphql` is the contract to compare with, not a part. */
export function sdlFiles(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.graphql') && name !== 'baseline.graphql')
    .sort()
    .map((name) => join(folder, name));
}

/** All of the SDL as one document, with its locations. */
export function readSdl(): DocumentNode {
  return {
    kind: Kind.DOCUMENT,
    definitions: sdlFiles().flatMap((file) => parse(readFileSync(file, 'utf8')).definitions),
  };
}
