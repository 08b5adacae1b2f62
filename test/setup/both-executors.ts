/**
 * Every execution a second time: after the service's own executor, graphql-js runs the same over what each resolver answered the
 * first time, and both have to answer the same. Nothing is asked or written twice, so that mutations are compared as well.
 */
import { inspect } from 'node:util';
import {
  defaultFieldResolver,
  type ExecutionResult,
  execute as executeByGraphql,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { createExecutor, type Execute } from '../../server/graphql/execution/executor.ts';
import { isThenable } from '../../server/graphql/execution/run.ts';
import { leniently } from '../../server/graphql/lenient.ts';

/** What a resolver answered; a promise is settled by the time that it is read. */
interface Outcome {
  readonly answer: () => unknown;
}

interface Recording {
  readonly isReplayed: boolean;
  readonly outcomes: Map<string, Outcome>;
  readonly asked: Set<string>;
}

/** How often both have answered, so that a test can tell that it compared something. */
export const compared = { executions: 0 };

/**
 * An executor over the schema, whose resolvers it wraps. A difference is thrown where nobody can catch it, and so fails the test
 * that runs, unless somebody else is told.
 */
export function bothExecutors(
  schema: GraphQLSchema,
  options: { readonly own?: Execute; readonly onDifference?: (error: Error) => void } = {},
): Execute {
  const recordings = new WeakMap<object, Recording>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      // Properties are read again: they are what the resolver above answered.
      if (resolve !== undefined && resolve !== defaultFieldResolver) field.resolve = recorded(resolve, recordings);
    }
  }
  const own = options.own ?? createExecutor(schema);
  const onDifference = options.onDifference ?? thrown;

  return (execution) => {
    const outcomes = new Map<string, Outcome>();
    const run = (isReplayed: boolean) => {
      const contextValue: object = Object.create((execution.contextValue as object | undefined) ?? {});
      const recording: Recording = { isReplayed, outcomes, asked: new Set() };
      recordings.set(contextValue, recording);
      return { contextValue, recording };
    };
    const first = run(false);
    const compare = async (result: ExecutionResult): Promise<ExecutionResult> => {
      const second = run(true);
      const expected = await leniently(() =>
        executeByGraphql({ schema, ...execution, contextValue: second.contextValue }),
      );
      compared.executions++;
      const [got, wanted] = [told(result, first.recording), told(expected, second.recording)];
      if (got !== wanted) {
        onDifference(new Error(`expected of the executor what graphql-js answers,\n${wanted}\ngot\n${got}`));
      }
      return result;
    };
    const result = own({ ...execution, contextValue: first.contextValue });
    return isThenable(result) ? result.then(compare) : compare(result);
  };
}

function thrown(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}

function recorded(
  resolve: GraphQLFieldResolver<unknown, object>,
  recordings: WeakMap<object, Recording>,
): GraphQLFieldResolver<unknown, object> {
  return (parent, args, context, info) => {
    const recording = recordings.get(context);
    if (recording === undefined) return resolve(parent, args, context, info);
    const place = placeOf(info);
    const given = inspect(args, { depth: 8, maxArrayLength: 50, maxStringLength: 200 });
    recording.asked.add(`${place} ${given}`);
    if (recording.isReplayed) {
      const outcome = recording.outcomes.get(place);
      if (outcome === undefined) throw new Error(`graphql-js asked the resolver at ${place}, and the executor did not`);
      return outcome.answer();
    }
    try {
      const answer = resolve(parent, args, context, info);
      recording.outcomes.set(place, { answer: () => answer });
      return answer;
    } catch (error) {
      recording.outcomes.set(place, {
        answer: () => {
          throw error;
        },
      });
      throw error;
    }
  };
}

/** What a resolver can tell of its place. */
function placeOf({ path, fieldName, parentType, fieldNodes, returnType }: GraphQLResolveInfo): string {
  const keys: (string | number)[] = [];
  for (let place: typeof path | undefined = path; place !== undefined; place = place.prev) {
    keys.unshift(place.typename === undefined ? place.key : `${place.typename}:${place.key}`);
  }
  return `${keys.join('.')} ${parentType.name}.${fieldName}: ${String(returnType)} (${fieldNodes.length})`;
}

/** An answer as text: its data with the order of its keys, its errors, and which resolvers were asked with what. */
function told({ data, errors }: ExecutionResult, { asked }: Recording): string {
  // What waits for others may fail in another order; which errors there are does not depend on it.
  const failures = (errors ?? []).map(({ message, path, locations, extensions, originalError }) =>
    JSON.stringify({ message, path, locations, extensions, cause: originalError?.name }),
  );
  return [JSON.stringify(data), ...failures.sort(), ...[...asked].sort()].join('\n');
}
