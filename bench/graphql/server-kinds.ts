/** The servers that are compared, by name; `server.ts` is started with one. */

export const key = 'the-key-of-a-bench-which-nobody-else-uses-0123456789';

/** `ours` answers known documents past Apollo, `ours through Apollo` none; the third executes by graphql-js besides. */
export type Kind =
  | 'ours'
  | 'ours through Apollo'
  | 'ours as graphql-js executes'
  | 'Apollo and Fastify'
  | 'Mercurius'
  | 'Mercurius with our headers and log'
  | 'Mercurius with jit'
  | 'node:http';

export interface Server {
  port(): number;
}
