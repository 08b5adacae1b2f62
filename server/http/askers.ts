/** Who asks a request, and whether that application may ask so often. */
import type { FastifyRequest } from 'fastify';
import { type Allowance, type RequestLimiter, tooManyRequests } from '../../auth/limits/request-limiter.ts';
import type { Actor } from '../../domain/actor.ts';
import { RequestError } from '../../domain/errors.ts';

export interface Askers {
  /** @throws RequestError UNAUTHENTICATED without a credential, or with a bad one */
  authenticated(request: FastifyRequest): Promise<Actor>;
  /** Counts the request. @throws RequestError RATE_LIMITED */
  counted(request: FastifyRequest, actor: Actor): Promise<void>;
  /** Both, one after the other. */
  identify(request: FastifyRequest): Promise<Actor>;
  /** `identify`, for what browsers do not ask. @throws RequestError FORBIDDEN for an element token */
  identifyOther(request: FastifyRequest): Promise<Actor>;
  /** Behind what lets nobody in who is not known. */
  identified(request: FastifyRequest): Actor;
  /** Null where it is not known, or not yet. */
  actorOf(request: FastifyRequest): Actor | null;
  allowanceOf(request: FastifyRequest): Allowance | null;
}

export function createAskers({
  authenticate,
  limiter,
}: {
  readonly authenticate: (authorization: string | undefined) => Promise<Actor | null>;
  /** Without one there are no limits. */
  readonly limiter?: RequestLimiter | undefined;
}): Askers {
  const actors = new WeakMap<FastifyRequest, Actor>();
  const allowances = new WeakMap<FastifyRequest, Allowance>();
  const askers: Askers = {
    async authenticated(request) {
      const actor = await authenticate(request.headers.authorization);
      if (actor === null) throw new RequestError('UNAUTHENTICATED', 'Expected an Authorization header, got none');
      actors.set(request, actor);
      return actor;
    },
    async counted(request, { applicationId }) {
      const allowance = await limiter?.take(applicationId);
      if (allowance === undefined) return;
      allowances.set(request, allowance);
      if (!allowance.allowed) throw tooManyRequests(allowance);
    },
    async identify(request) {
      const actor = await askers.authenticated(request);
      await askers.counted(request, actor);
      return actor;
    },
    async identifyOther(request) {
      const actor = await askers.identify(request);
      if (actor.element !== undefined)
        throw new RequestError('FORBIDDEN', 'Expected another credential, got an element token');
      return actor;
    },
    identified(request) {
      const actor = askers.actorOf(request);
      if (actor === null) throw new Error('expected an identified request, got another');
      return actor;
    },
    actorOf: (request) => actors.get(request) ?? null,
    allowanceOf: (request) => allowances.get(request) ?? null,
  };
  return askers;
}
