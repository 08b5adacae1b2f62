/**
 * The one way into the graph: POST /graphql and the socket both parse, validate, check scopes, execute and mask here, so
 * that neither can be laxer than the other.
 */
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Actor } from '../../domain/actor.ts';
import { createCost } from './cost.ts';
import { createExecutor, type Execute } from './execution/executor.ts';
import { leniently } from './lenient.ts';
import { type DocumentLimits, documentLimits, exceededLimits } from './limits.ts';
import { answerableError, badInput, type MaskingOptions, mask, maskEach } from './masking.ts';
import { namedArgument } from './named-argument.ts';
import { createParser } from './parsed-documents.ts';
import { createScopeCheck, firstUnmet } from './scopes.ts';
import { scrubber } from './scrub.ts';
import { variableErrors } from './variables.ts';

/** What the seam itself needs of a request's context. */
export interface SeamContext {
  readonly actor: Actor;
  readonly requestId: string;
  /** Counts the calls made to providers for this request, answered as `extensions.providerCalls`. */
  readonly counter?: { readonly providerCalls: number };
}

export interface SeamOptions<Context extends SeamContext> {
  readonly schema: GraphQLSchema;
  /** Whether `__schema` and `__type` may be asked; every request has a credential already. */
  readonly introspection: boolean;
  /** Leaves `Did you mean …?` out of messages. */
  readonly hideSuggestions: boolean;
  /**
   * Told of every error that was masked, its text free of the request's own strings; only the operator reads it.
   */
  readonly onInternalError: (error: InternalError) => void;
  /** A fresh context for each event of a subscription: a DataLoader must not outlive one answer. */
  readonly contextForEvent?: (context: Context) => Context;
  readonly limits?: DocumentLimits;
  /** Takes documents as they are: a gateway of ours made them of one that was held to limits and rules already. */
  readonly takesAsIs?: boolean;
  /** Whether a credential may send a document at all; any by default. */
  readonly mayRun?: (actor: Actor, document: DocumentNode) => boolean;
  /** Another executor than the schema's own. */
  readonly execute?: Execute;
}

/** A masked error as the operator may read it. */
export interface InternalError {
  readonly requestId: string;
  /** `accounts.nodes.0.calendars` */
  readonly path: string | null;
  /** Name, message and stack, with every string of the request's variables and literals cut out. */
  readonly text: string;
}

export interface Operation<Context extends SeamContext> {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly context: Context;
}

/** A subscription's answers, one for each event. */
export interface Answers extends AsyncIterableIterator<ExecutionResult, undefined, undefined> {
  /** Ends the subscription at once, and its source with it. */
  return(): Promise<IteratorReturnResult<undefined>>;
}

export interface Seam<Context extends SeamContext> {
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
  /** Parses within the limits of tokens. @throws GraphQLError that may be answered, with code BAD_USER_INPUT. */
  parse(source: string): DocumentNode;
  /** Limits, then the specification's rules; the outcome is kept with the document. */
  validate(document: DocumentNode): readonly GraphQLError[];
  /** All that can be refused before anything runs: validation, the operation's name, scopes, variables. */
  check(operation: Operation<SeamContext>): readonly GraphQLError[];
  /** Runs a query or a mutation. Never rejects; a refused one answers errors and no `data`. */
  execute(operation: Operation<Context>): Promise<ExecutionResult>;
  /** Runs a subscription. Its iterator throws only errors that may be answered; never rejects itself. */
  subscribe(operation: Operation<Context>): Promise<Answers | ExecutionResult>;
  /** Opens what a subscription that has been checked answers from: its events, or why there are none. Never rejects. */
  open(operation: Operation<Context>): Promise<AsyncIterable<unknown> | ExecutionResult>;
  /** An answer for each of the events. */
  answers(operation: Operation<Context>, events: AsyncIterable<unknown>): Answers;
  /** Answers events of one moment, with one context: what was loaded for one serves the others. */
  answering(operation: Operation<Context>): (event: unknown) => Promise<ExecutionResult>;
  /** What of `error` may be answered; the rest is reported to `onInternalError`. */
  mask(error: unknown, requestId: string): GraphQLError;
  /** The same of an error that may hold several. */
  maskEach(error: unknown, requestId: string): readonly GraphQLError[];
}

interface Examined {
  readonly refused: readonly GraphQLError[];
  /** Null where it was refused. */
  readonly chosen: OperationDefinitionNode | null;
  readonly cost: number;
}

/** Builds the seam over one schema. @throws where the schema lacks `@scope`. */
export function createSeam<Context extends SeamContext>(options: SeamOptions<Context>): Seam<Context> {
  const { schema, hideSuggestions } = options;
  const limits = options.limits ?? documentLimits;
  const rules: readonly ValidationRule[] = options.introspection
    ? specifiedRules
    : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const parseOnce = createParser({ maxTokens: limits.maxTokens });
  const scopesNeeded = createScopeCheck(schema);
  const costs = createCost(schema);
  const execute = options.execute ?? createExecutor(schema);
  const validated = new WeakMap<DocumentNode, readonly GraphQLError[]>();

  const masking = (operation: Operation<Context> | null): MaskingOptions => ({
    hideSuggestions,
    onInternalError: (error, about) => {
      const scrub = scrubber(operation?.document, operation?.variables);
      options.onInternalError({ ...about, text: scrub(error) });
    },
  });

  const seam: Seam<Context> = {
    schema,
    limits,

    parse(source) {
      try {
        return parseOnce(source);
      } catch (error) {
        throw error instanceof GraphQLError ? badInput(error, hideSuggestions) : error;
      }
    },

    validate(document) {
      const known = validated.get(document);
      if (known !== undefined) return known;
      const exceeded = exceededLimits(document, limits);
      const errors = exceeded.length > 0 ? exceeded : validate(schema, document, rules);
      const answered = errors.map((error) =>
        badInput(error, hideSuggestions, namedArgument(document, error.nodes?.[0])),
      );
      validated.set(document, answered);
      return answered;
    },

    check: (operation) => examine(operation).refused,

    async execute(operation) {
      const { refused, chosen, cost } = examine(operation);
      if (refused.length > 0) return { errors: refused };
      if (chosen?.operation === OperationTypeNode.SUBSCRIPTION) {
        return {
          errors: [
            answerableError(
              'BAD_USER_INPUT',
              'expected a query or a mutation, got a subscription: it needs a WebSocket at this address',
            ),
          ],
        };
      }
      const result = await answer(operation, operation.context, undefined);
      return { ...result, extensions: { ...result.extensions, cost } };
    },

    async subscribe(operation) {
      const refused = seam.check(operation);
      if (refused.length > 0) return { errors: refused };
      const events = await seam.open(operation);
      return isAsyncIterable(events) ? answers(operation, events) : events;
    },

    async open(operation) {
      try {
        const events = await createSourceEventStream({
          schema,
          document: operation.document,
          contextValue: operation.context,
          variableValues: operation.variables ?? {},
          operationName: operation.operationName,
        });
        return isAsyncIterable(events) ? events : masked(operation, events);
      } catch (error) {
        return { errors: [mask(error, operation.context.requestId, masking(operation))] };
      }
    },

    answers,

    answering(operation) {
      const context = options.contextForEvent?.(operation.context) ?? operation.context;
      return (event) => answer(operation, context, event);
    },

    mask: (error, requestId) => mask(error, requestId, masking(null)),

    maskEach: (error, requestId) => maskEach(error, requestId, masking(null)),
  };

  /** Everything that can be refused before anything runs, and what is known of the operation then. */
  function examine({ document, operationName, variables, context }: Operation<SeamContext>): Examined {
    const refuse = (...refused: readonly GraphQLError[]): Examined => ({ refused, chosen: null, cost: 0 });
    if (options.mayRun?.(context.actor, document) === false) {
      return refuse(
        answerableError('FORBIDDEN', 'expected a document that is published for this credential, got another'),
      );
    }
    const invalid = options.takesAsIs === true ? [] : seam.validate(document);
    if (invalid.length > 0) return refuse(...invalid);
    const chosen = getOperationAST(document, operationName);
    if (!chosen) return refuse(answerableError('BAD_USER_INPUT', unknownOperation({ operationName })));
    const unmet = firstUnmet(scopesNeeded(document, chosen), context.actor.scopes);
    if (unmet !== undefined) return refuse(missingScope(unmet.any, unmet.coordinate, unmet.node));
    const wrong = variableErrors(schema, chosen, variables ?? {}, hideSuggestions);
    if (wrong.length > 0) return refuse(...wrong);
    const cost = costs(document, chosen)(variables ?? {});
    return cost > limits.maxCost ? refuse(tooDear(cost, limits.maxCost)) : { refused: [], chosen, cost };
  }

  async function run(operation: Operation<Context>, context: Context, event: unknown): Promise<ExecutionResult> {
    // What may not hold a refused value was checked before; coercion is the synchronous beginning of this.
    return leniently(() =>
      execute({
        document: operation.document,
        rootValue: event,
        contextValue: context,
        variableValues: operation.variables ?? {},
        operationName: operation.operationName,
      }),
    );
  }

  async function answer(operation: Operation<Context>, context: Context, event: unknown): Promise<ExecutionResult> {
    let result: ExecutionResult;
    try {
      result = await run(operation, context, event);
    } catch (error) {
      return { errors: [mask(error, context.requestId, masking(operation))] };
    }
    const safe = masked(operation, result);
    const calls = context.counter?.providerCalls;
    return calls === undefined ? safe : { ...safe, extensions: { ...safe.extensions, providerCalls: calls } };
  }

  function masked(operation: Operation<Context>, result: ExecutionResult): ExecutionResult {
    if (result.errors === undefined) return result;
    const hide = masking(operation);
    return { ...result, errors: result.errors.flatMap((error) => maskEach(error, operation.context.requestId, hide)) };
  }

  /**
   * An answer for each event. No generator function: a generator's `return()` waits for its pending `next()`, and an idle
   * subscription would outlive its client until the next event.
   */
  function answers(operation: Operation<Context>, events: AsyncIterable<unknown>): Answers {
    const source = events[Symbol.asyncIterator]();
    const ended: IteratorReturnResult<undefined> = { done: true, value: undefined };
    const iterator: Answers = {
      async next() {
        try {
          const event = await source.next();
          if (event.done === true) return ended;
          return { done: false, value: await seam.answering(operation)(event.value) };
        } catch (error) {
          throw mask(error, operation.context.requestId, masking(operation));
        }
      },
      async return() {
        await source.return?.();
        return ended;
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  return seam;
}

function unknownOperation(operation: Pick<Operation<SeamContext>, 'operationName'>): string {
  return operation.operationName === undefined || operation.operationName === null || operation.operationName === ''
    ? 'expected `operationName` with a document of several operations, got none'
    : 'expected `operationName` to name an operation of the document, got another name';
}

/** COST_LIMIT_EXCEEDED with both numbers, so that a client can ask for less. */
function tooDear(cost: number, maximumCost: number): GraphQLError {
  const message = `expected an operation that costs at most ${maximumCost}, got one of ${cost}: ask for smaller pages or fewer levels`;
  return answerableError('COST_LIMIT_EXCEEDED', message, {}, { cost, maximumCost });
}

/** FORBIDDEN with the scope to ask for in `extensions.requiredScope`. */
function missingScope(any: readonly string[], coordinate: string, node: FieldNode): GraphQLError {
  const wanted = any.length === 1 ? `the scope ${any[0]}` : `one of the scopes ${any.join(', ')}`;
  return answerableError('FORBIDDEN', `${coordinate} needs ${wanted}`, { nodes: [node] }, { requiredScope: any[0] });
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
