/** What every resolver is given. */
export type Context = Readonly<Record<string, unknown>>;
