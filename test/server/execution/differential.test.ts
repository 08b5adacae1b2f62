/** The executor against graphql-js over drawn documents: data, errors, their places and their order, and whom it asked. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ExecutionResult,
  execute as executeByGraphql,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { resolvers } from '../../../resolvers/index.ts';
import { createExecutor } from '../../../server/graphql/execution/executor.ts';
import { createScalars } from '../../../server/graphql/scalars.ts';
import { buildPublicSchema } from '../../../server/graphql/schema.ts';
import { drawDocument, drawValue, type Trouble } from './drawn-document.ts';

interface Context {
  readonly seed: number;
  readonly trouble: Trouble;
  readonly asked: string[];
}

/** The real schema; half of its fields are resolved, the others are properties of what is answered above. */
function drawnSchema(): GraphQLSchema {
  const scalars = createScalars({ canonicalZone: (name) => name });
  const abstract = Object.entries<object>(resolvers).filter(([, fields]) => '__resolveType' in fields);
  const schema = buildPublicSchema({ ...Object.fromEntries(abstract), ...scalars });
  const answer = (args: unknown, { seed, trouble, asked }: Context, info: GraphQLResolveInfo): unknown => {
    asked.push(`${info.parentType.name}.${info.fieldName} ${JSON.stringify(args)} ${info.fieldNodes.length}`);
    const value = drawValue(info, seed, trouble);
    return equipped(value);
  };
  /** Objects get their fields as functions, which graphql-js calls. */
  const equipped = (value: unknown): unknown => {
    if (value instanceof Promise) return value.then(equipped);
    if (Array.isArray(value)) return value.map(equipped);
    if (value instanceof Set) return new Set([...value].map(equipped));
    const name = (value as { __typename?: unknown } | null)?.__typename;
    const type = typeof name === 'string' ? schema.getType(name) : undefined;
    if (!isObjectType(type)) return value;
    const properties = Object.keys(type.getFields()).map((field) => [field, answer]);
    return { ...Object.fromEntries(properties), __typename: name };
  };
  let count = 0;
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) delete (type as { resolveType?: unknown }).resolveType;
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const isRoot = [schema.getQueryType(), schema.getMutationType()].includes(type);
    for (const field of Object.values(type.getFields())) {
      if (isRoot || count++ % 2 === 0)
        field.resolve = (_parent, args, context: Context, info) => answer(args, context, info);
    }
  }
  return schema;
}

const schema = drawnSchema();
const own = createExecutor(schema);

function told({ data, errors }: ExecutionResult): unknown {
  return {
    data: JSON.stringify(data),
    errors: errors?.map(({ message, path, locations, originalError }) => ({
      message,
      path,
      locations,
      cause: originalError?.message,
    })),
  };
}

/** @returns how many errors there were, or null where the document was none */
async function compare(operation: 'query' | 'mutation', seed: number, trouble: Trouble): Promise<number | null> {
  const { text, variables } = drawDocument(schema, operation, seed);
  const document = parse(text);
  if (validate(schema, document).length > 0) return null;
  const context = (): Context => ({ seed, trouble, asked: [] });
  const wantedContext = context();
  const wanted = await executeByGraphql({ schema, document, variableValues: variables, contextValue: wantedContext });
  // What is compiled, and what is kept.
  for (let time = 0; time < 2; time++) {
    const gotContext = context();
    const got = await own({ document, variableValues: variables, contextValue: gotContext });
    expect({ text, ...(told(got) as object) }).toEqual({ text, ...(told(wanted) as object) });
    expect(gotContext.asked).toEqual(wantedContext.asked);
  }
  return wanted.errors?.length ?? 0;
}

const runs = 50;

describe.each([
  ['nothing fails', { share: 0, promises: false }],
  ['some fail', { share: 6, promises: false }],
  ['some are promised', { share: 0, promises: true }],
  ['some fail, some are promised', { share: 6, promises: true }],
] as const)('where %s', (_, trouble) => {
  test.each(['query', 'mutation'] as const)('a %s is executed as graphql-js executes it', async (operation) => {
    let [executed, failures] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const errors = await compare(operation, seed, trouble);
        if (errors !== null) executed++;
        if (errors) failures++;
      }),
      { numRuns: runs, seed: 7 },
    );
    // Or the documents that are drawn have rotted.
    expect(executed).toBeGreaterThan(runs / 4);
    if (trouble.share > 0) expect(failures).toBeGreaterThan(runs / 10);
  });
});
