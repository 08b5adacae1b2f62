/** What the commands need of the service's own code. The composition is in server/, which this folder may not import. */

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
  /** `npm start`: runs until a signal ends it, and ends the process itself. */
  start(): Promise<void>;
}
