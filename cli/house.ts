/** What the commands need of the service's own code. The composition is in server/, which this folder may not import. */

import type { DocumentNode, GraphQLError } from 'graphql';

export interface Settings {
  readonly mode: 'development' | 'production';
  readonly port: number;
  readonly host: string;
  readonly publicUrl: URL;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** Null: nobody is written to. */
  readonly mail: { readonly from: string } | null;
  /** Null for the file in `dataDir`. */
  readonly encryptionKeys: string | null;
  /** Null for the file in `dataDir`. */
  readonly apiKey: string | null;
}

export interface House {
  readonly version: string;
  /** Parses the environment. @throws StartFailure with one line that names the variable */
  settings(): Settings;
  /**
   * What a service with its own schema, or with the schema of this SDL, would refuse of a document whoever sends it.
   * @throws GraphQLError or Error where the SDL is none
   */
  documentCheck(sdl: string | null): Promise<(document: DocumentNode) => readonly GraphQLError[]>;
  /** `npm start`: runs until a signal ends it, and ends the process itself. */
  start(): Promise<void>;
}
