/** What travels over a socket: graphql-ws's protocol, with this service's credentials, limits and masking in its hooks. */
import { randomUUID } from 'node:crypto';
import { type ExecutionArgs, type GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import { CloseCode, makeServer, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { tooManyRequests } from '../../auth/limits/request-limiter.ts';
import type { Actor } from '../../domain/actor.ts';
import { RequestError, RequestErrors } from '../../domain/errors.ts';
import { answerableError } from './masking.ts';
import type { Operation, SeamContext } from './seam.ts';
import type { SocketLimits, SocketOptions } from './socket.ts';
import { endWithCredential, freshFor } from './socket-credential.ts';
import { type SocketOutlet, tryAgainLater } from './socket-outlet.ts';
import { createSocketSubscriptions, type PreparedSubscription, RefusedSubscription } from './socket-subscriptions.ts';

/** What this process knows of one socket. */
export interface Connection {
  readonly socketId: string;
  readonly socket: WebSocket;
  /** Those of the upgrade that are kept, and from its greeting on the credential where that is kept. */
  headers: Readonly<Record<string, string>>;
  actor: Actor | null;
  /** Stops watching the credential. */
  leaveCredential: (() => void) | undefined;
  readonly outlet: SocketOutlet;
  /** What ends each operation, by what the client sent: an id is free again before the end of what had it has been heard of. */
  readonly running: Map<object, { abort(): void }>;
}

interface Extra extends Record<PropertyKey, unknown> {
  readonly connection: Connection;
}

/** What an application has open on this process. */
interface Counted {
  connections: number;
  operations: number;
}

/** The protocol's server; each socket is opened on it. */
export interface Protocol extends Server<Extra> {
  /** How many subscriptions are open on all of its sockets. */
  subscriptions(): number;
}

/** The protocol's server, shared by all sockets of a process. */
export function createProtocol<Context extends SeamContext>(
  options: SocketOptions<Context>,
  limits: SocketLimits,
): Protocol {
  const { seam } = options;
  const perApplication = new Map<string, Counted>();
  const subscriptions = createSocketSubscriptions(options);
  const subscribed = new Set<object>();

  const stopRunning = (connection: Connection): void => {
    for (const operation of connection.running.values()) {
      operation.abort();
      subscribed.delete(operation);
    }
    const counted = perApplication.get(connection.actor?.applicationId ?? '');
    if (counted !== undefined) counted.operations -= connection.running.size;
    connection.running.clear();
  };

  const leave = (connection: Connection): void => {
    connection.leaveCredential?.();
    stopRunning(connection);
    const applicationId = connection.actor?.applicationId;
    if (applicationId === undefined) return;
    const counted = perApplication.get(applicationId);
    if (counted !== undefined && --counted.connections === 0) perApplication.delete(applicationId);
    connection.actor = null;
  };

  const enter = (connection: Connection, actor: Actor): boolean => {
    const counted = perApplication.get(actor.applicationId) ?? { connections: 0, operations: 0 };
    if (counted.connections >= limits.maxConnectionsPerApplication) {
      connection.socket.close(tryAgainLater, 'Too many connections of this application');
      return false;
    }
    counted.connections++;
    perApplication.set(actor.applicationId, counted);
    connection.actor = actor;
    connection.leaveCredential = endWithCredential(connection.socket, actor, {
      watch: options.watchCredential,
      ended: () => stopRunning(connection),
    });
    return true;
  };

  const server = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: limits.connectionInitTimeoutMs,

    async onConnect({ connectionParams, extra: { connection } }) {
      const { socket, headers } = connection;
      if (options.admit?.(headers, connectionParams ?? {}) === false) {
        socket.close(CloseCode.Forbidden, 'Forbidden');
        return false;
      }
      const authorization =
        connectionParams?.['authorization'] ?? connectionParams?.['Authorization'] ?? headers['authorization'];
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
      if (typeof authorization === 'string' && options.headers?.includes('authorization') === true) {
        connection.headers = { ...headers, authorization };
      }
      return enter(connection, actor);
    },

    onSubscribe({ subscriptions: open, extra: { connection } }, id, payload) {
      const { actor, outlet, running } = connection;
      const counted = perApplication.get(actor?.applicationId ?? '');
      if (actor === null || counted === undefined) {
        return [answerableError('UNAUTHENTICATED', 'Expected a credential, got none')];
      }
      if (Object.keys(open).length > limits.maxOperations) return [tooMany(limits.maxOperations, 'on a socket')];
      if (counted.operations >= limits.maxOperationsPerApplication) {
        return [tooMany(limits.maxOperationsPerApplication, 'of an application')];
      }
      let document: Operation<Context>['document'];
      try {
        const { query, known } = options.documents.find(payload, actor);
        document = known?.document ?? seam.parse(query ?? '');
      } catch (error) {
        return [seam.mask(error, connection.socketId)];
      }
      const { operationName, variables } = payload;
      const run = (contextValue: object, task: { abort(): void }): ExecutionArgs => {
        running.set(payload, task);
        counted.operations++;
        return {
          schema: seam.schema,
          document,
          operationName,
          variableValues: variables,
          contextValue,
        } as ExecutionArgs;
      };
      const chosen = getOperationAST(document, operationName);
      if (chosen?.operation === OperationTypeNode.SUBSCRIPTION) {
        const operation = { document, operationName, variables, context: { actor, requestId: connection.socketId } };
        const prepared = subscriptions.prepare({ actor, id, outlet, operation, chosen, headers: connection.headers });
        if (!('abort' in prepared)) return prepared;
        subscribed.add(prepared);
        return run(prepared, prepared);
      }
      const controller = new AbortController();
      const context = options.createContext({
        actor,
        requestId: randomUUID(),
        signal: controller.signal,
        headers: connection.headers,
      });
      const refused = seam.check({ document, operationName, variables, context });
      return refused.length > 0 ? refused : run(context, controller);
    },

    async execute(args) {
      const operation = operationOf<Context>(args);
      const { actor, requestId } = operation.context;
      const allowance = await options.limiter?.take(actor.applicationId);
      if (allowance?.allowed === false) return { errors: [seam.mask(tooManyRequests(allowance), requestId)] };
      return seam.execute(operation);
    },

    subscribe: (args) => subscriptions.start(args.contextValue as PreparedSubscription, args),

    onNext: (_context, _id, _payload, _args, result) =>
      ({
        ...result,
        ...(result.errors === undefined ? {} : { errors: result.errors.map((error) => error.toJSON()) }),
      }) as never,

    onError({ extra: { connection } }, _id, _payload, errors) {
      const refused = errors[0]?.originalError;
      if (refused instanceof RequestErrors) {
        return seam.maskEach(refused, connection.socketId).map((error) => error.toJSON());
      }
      const known = refused instanceof RefusedSubscription ? refused.errors : errors;
      return known.map((error) => toAnswer(error, (cause) => seam.mask(cause, connection.socketId)).toJSON());
    },

    onComplete({ extra: { connection } }, _id, payload) {
      const operation = connection.running.get(payload);
      if (operation === undefined) return;
      operation.abort();
      subscribed.delete(operation);
      connection.running.delete(payload);
      const counted = perApplication.get(connection.actor?.applicationId ?? '');
      if (counted !== undefined) counted.operations--;
    },

    onClose({ extra: { connection } }) {
      leave(connection);
    },
  });
  return { ...server, subscriptions: () => subscribed.size };
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

function tooMany(maximum: number, where: string): GraphQLError {
  return answerableError(
    'COST_LIMIT_EXCEEDED',
    `expected at most ${maximum} operations at once ${where}, got one more`,
  );
}
