/** The service once it stands: what compose.ts answers and main.ts shows and stops. */
export interface Running {
  readonly version: string;
  /** Where it really listens, without a slash at the end: `http://127.0.0.1:4000`. */
  readonly address: string;
  /** The file of the development application's key; null in production and where the environment gave the key. */
  readonly apiKeyFile: string | null;
  /** The development application's key; null in production. */
  readonly apiKey: string | null;
  /** Lets what runs finish within `withinMs`, then ends everything, the embedded database last. */
  stop(withinMs: number): Promise<void>;
}
