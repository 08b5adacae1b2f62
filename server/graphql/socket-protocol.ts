/** What travels over a socket: graphql-ws's protocol, with this service's credentials, limits and masking in its hooks. */
import { randomUUID } from 'node:crypto';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, makeServer, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { tooManyRequests } from '../../auth/limits/request-limiter.ts';
import type { Actor } from '../../domain/actor.ts';
import { RequestError } from '../../domain/errors.ts';
import { answerableError } from './masking.ts';
import type { Answers, Operation, SeamContext } from './seam.ts';
import type { SocketLimits, SocketOptions } from './socket.ts';
import { endWithCredential, freshFor } from './socket-credential.ts';

/** RFC 6455 §7.4.1 and the IANA registry: the server cannot go on with this client now; it may come back. */
export const tryAgainLater = 1013;

/** What this process knows of one socket. */
export interface Connection {
  readonly socketId: string;
  readonly socket: WebSocket;
  actor: Actor | null;
  /** Stops watching the credential. */
  leaveCredential: (() => void) | undefined;
  /** Ends the operations' contexts, by the client's id of the operation. */
  readonly running: Map<string, AbortController>;
}

interface Extra extends Record<PropertyKey, unknown> {
  readonly connection: Connection;
}

/** The protocol's server; each socket is opened on it. */
export type Protocol = Server<Extra>;

/** Several errors that end a subscription before its first event; graphql-ws carries one thrown error only. */
class RefusedSubscription extends Error {
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super('refused');
    this.errors = errors;
  }
}

/** The protocol's server, shared by all sockets of a process. */
export function createProtocol<Context extends SeamContext>(
  options: SocketOptions<Context>,
  limits: SocketLimits,
): Protocol {
  const { seam } = options;
  const perApplication = new Map<string, number>();
  const controllers = new WeakMap<Context, AbortController>();

  const stopRunning = (connection: Connection): void => {
    for (const controller of connection.running.values()) controller.abort();
    connection.running.clear();
  };

  const leave = (connection: Connection): void => {
    connection.leaveCredential?.();
    stopRunning(connection);
    const applicationId = connection.actor?.applicationId;
    if (applicationId === undefined) return;
    const left = (perApplication.get(applicationId) ?? 1) - 1;
    if (left > 0) perApplication.set(applicationId, left);
    else perApplication.delete(applicationId);
    connection.actor = null;
  };

  const enter = (connection: Connection, actor: Actor): boolean => {
    const others = perApplication.get(actor.applicationId) ?? 0;
    if (others >= limits.maxConnectionsPerApplication) {
      connection.socket.close(tryAgainLater, 'Too many connections of this application');
      return false;
    }
    perApplication.set(actor.applicationId, others + 1);
    connection.actor = actor;
    connection.leaveCredential = endWithCredential(connection.socket, actor, {
      watch: options.watchCredential,
      ended: () => stopRunning(connection),
    });
    return true;
  };

  return makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: limits.connectionInitTimeoutMs,

    async onConnect({ connectionParams, extra: { connection } }) {
      const authorization = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
      const { socket } = connection;
      let actor: Actor | null = null;
      try {
        actor = await options.authenticate(typeof authorization === 'string' ? authorization : undefined, freshFor);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        const isBadCredential = error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN';
        socket.close(
          isBadCredential ? CloseCode.Forbidden : tryAgainLater,
          isBadCredential ? 'Forbidden' : 'Try again later',
        );
        return false;
      }
      if (socket.readyState !== socket.OPEN) return false;
      if (actor === null) {
        socket.close(CloseCode.Unauthorized, 'Unauthorized');
        return false;
      }
      // Elements ask and are answered; their tokens are bound to an origin that only HTTP's own rules can prove.
      if (actor.element !== undefined) {
        socket.close(CloseCode.Forbidden, 'Forbidden');
        return false;
      }
      return enter(connection, actor);
    },

    onSubscribe({ subscriptions, extra: { connection } }, id, payload) {
      const { actor } = connection;
      if (actor === null) return [answerableError('UNAUTHENTICATED', 'Expected a credential, got none')];
      if (Object.keys(subscriptions).length > limits.maxOperations) {
        return [
          answerableError(
            'COST_LIMIT_EXCEEDED',
            `expected at most ${limits.maxOperations} operations at once on a socket, got one more`,
          ),
        ];
      }
      let document: Operation<Context>['document'];
      try {
        document = seam.parse(payload.query);
      } catch (error) {
        return [seam.mask(error, connection.socketId)];
      }
      const controller = new AbortController();
      const context = options.createContext({ actor, requestId: randomUUID(), signal: controller.signal });
      const operation: Operation<Context> = {
        document,
        operationName: payload.operationName,
        variables: payload.variables,
        context,
      };
      const refused = seam.check(operation);
      if (refused.length > 0) return refused;
      connection.running.set(id, controller);
      controllers.set(context, controller);
      return {
        schema: seam.schema,
        document,
        operationName: payload.operationName,
        variableValues: payload.variables,
        contextValue: context,
      } as ExecutionArgs;
    },

    async execute(args) {
      const operation = operationOf<Context>(args);
      const { actor, requestId } = operation.context;
      const allowance = await options.limiter?.take(actor.applicationId);
      if (allowance?.allowed === false) return { errors: [seam.mask(tooManyRequests(allowance), requestId)] };
      return seam.execute(operation);
    },

    async subscribe(args) {
      const outcome = await seam.subscribe(operationOf<Context>(args));
      if (!isAnswers(outcome)) return refusing(outcome.errors ?? []);
      const controller = controllers.get(args.contextValue as Context);
      const answers: Answers = {
        ...outcome,
        // First the signal: a source that waits for its next event would not hear of the end otherwise.
        return() {
          controller?.abort();
          return outcome.return();
        },
        [Symbol.asyncIterator]: () => answers,
      };
      return answers;
    },

    onNext: (_context, _id, _payload, _args, result) =>
      ({
        ...result,
        ...(result.errors === undefined ? {} : { errors: result.errors.map((error) => error.toJSON()) }),
      }) as never,

    onError({ extra: { connection } }, _id, _payload, errors) {
      const refused = errors[0]?.originalError;
      const known = refused instanceof RefusedSubscription ? refused.errors : errors;
      return known.map((error) => toAnswer(error, (cause) => seam.mask(cause, connection.socketId)).toJSON());
    },

    onComplete({ extra: { connection } }, id) {
      connection.running.get(id)?.abort();
      connection.running.delete(id);
    },

    onClose({ extra: { connection } }) {
      leave(connection);
    },
  });
}

/** graphql-ws's own errors (`Unable to identify operation`) have no code and no cause: the client's doing. */
function toAnswer(error: GraphQLError, mask: (error: unknown) => GraphQLError): GraphQLError {
  const isProtocols = error.originalError === undefined && error.extensions['code'] === undefined;
  return isProtocols ? answerableError('BAD_USER_INPUT', error.message, error) : mask(error);
}

function operationOf<Context extends SeamContext>(args: ExecutionArgs): Operation<Context> {
  return {
    document: args.document,
    operationName: args.operationName,
    variables: args.variableValues,
    context: args.contextValue as Context,
  };
}

function isAnswers(outcome: Answers | ExecutionResult): outcome is Answers {
  return Symbol.asyncIterator in outcome;
}

async function* refusing(errors: readonly GraphQLError[]): AsyncGenerator<ExecutionResult, void, void> {
  yield* [];
  throw new RefusedSubscription(errors);
}
