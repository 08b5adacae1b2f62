/** Executes operations by plans that are kept with their documents: graphql-js's answers for a fraction of its work. */
import {
  assertValidSchema,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute as executeByGraphql,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { executeFields, executeFieldsSerially, type Selection } from './objects.ts';
import type { PlanSize } from './place.ts';
import { selectionOf } from './plan.ts';
import { CollectedErrors, isThenable, type Run } from './run.ts';

/** What graphql-js's `execute` takes, without the schema. */
export type Execution = Omit<ExecutionArgs, 'schema' | 'fieldResolver' | 'typeResolver' | 'subscribeFieldResolver'>;

/** As graphql-js's `execute`: errors are collected; a refused execution answers errors and no `data`. */
export type Execute = (execution: Execution) => ExecutionResult | PromiseLike<ExecutionResult>;

export interface PlanLimits {
  /** Fields that one operation's plan keeps; one that needs more is left to graphql-js. */
  readonly mostFields: number;
  /** What all plans together keep, in fields of about 500 bytes: the least recently used go. */
  readonly mostTogether: number;
}

const planLimits: PlanLimits = { mostFields: 5_000, mostTogether: 100_000 };
/** A parsed document is some fifty times as large as its text. */
const charactersToAField = 10;
const mostErrorsOfVariables = 50;

/** An operation and, for every way in which its `@skip` and `@include` may turn out, what its root answers. */
interface Plan {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Variables that `@skip` and `@include` ask. */
  readonly conditions: readonly string[];
  readonly roots: Map<string, Selection>;
  readonly size: PlanSize;
  /** What the document that it keeps counts for. */
  readonly documentSize: number;
  /** What of it is counted among all. */
  counted: number;
}

/** An executor over one schema. @throws where the schema is not valid */
export function createExecutor(schema: GraphQLSchema, limits: PlanLimits = planLimits): Execute {
  assertValidSchema(schema);
  const plans = new Map<OperationDefinitionNode, Plan>();
  let together = 0;

  const planOf = (document: DocumentNode, operation: OperationDefinitionNode): Plan => {
    const found = plans.get(operation);
    const plan = found ?? newPlan(document, operation, limits.mostFields);
    if (found !== undefined) plans.delete(operation);
    plans.set(operation, plan);
    return plan;
  };
  const count = (plan: Plan): void => {
    if (plans.get(plan.operation) !== plan) return;
    if (isTooLarge(plan)) plan.roots.clear();
    const size = plan.documentSize + (isTooLarge(plan) ? 0 : plan.size.fields);
    together += size - plan.counted;
    plan.counted = size;
    while (together > limits.mostTogether) {
      const oldest = plans.values().next().value;
      if (oldest === undefined) break;
      plans.delete(oldest.operation);
      together -= oldest.counted;
    }
  };

  return (execution) => {
    const { document, operationName, rootValue, contextValue, variableValues: raw } = execution;
    const operation = getOperationAST(document, operationName);
    const rootType = operation && schema.getRootType(operation.operation);
    if (!operation || !rootType) return executeByGraphql({ schema, ...execution });
    const plan = planOf(document, operation);
    if (isTooLarge(plan)) return executeByGraphql({ schema, ...execution });

    const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], raw ?? {}, {
      maxErrors: mostErrorsOfVariables,
    });
    if (coerced.errors !== undefined) return { errors: coerced.errors };
    const { fragments } = plan;
    const variableValues = coerced.coerced;
    const errors = new CollectedErrors();
    const run: Run = { schema, fragments, operation, rootValue, contextValue, variableValues, errors };

    const refused = (error: unknown): ExecutionResult => {
      count(plan);
      errors.add(error as GraphQLError, undefined);
      return { errors: errors.found, data: null };
    };
    const answered = (data: unknown): ExecutionResult => {
      count(plan);
      const answer = { data: data as Record<string, unknown> };
      return errors.found.length === 0 ? answer : { errors: errors.found, ...answer };
    };
    try {
      const root = rootOf(plan, run);
      const data =
        operation.operation === OperationTypeNode.MUTATION
          ? executeFieldsSerially(run, root, rootValue)
          : executeFields(run, root, rootValue, undefined);
      return isThenable(data) ? data.then(answered, refused) : answered(data);
    } catch (error) {
      return refused(error);
    }
  };

  function rootOf(plan: Plan, run: Run): Selection {
    const key = plan.conditions.map((name) => String(run.variableValues[name])).join();
    const found = plan.roots.get(key);
    if (found !== undefined) return found;
    const rootType = schema.getRootType(plan.operation.operation);
    if (!rootType) throw new GraphQLError('expected a root type, got none');
    const made = selectionOf(run, rootType, null, plan.size);
    plan.roots.set(key, made);
    return made;
  }
}

function newPlan(document: DocumentNode, operation: OperationDefinitionNode, mostFields: number): Plan {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  const conditions = new Set<string>();
  visit(document, {
    Directive({ arguments: given }) {
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return {
    operation,
    fragments,
    conditions: [...conditions],
    roots: new Map(),
    size: { fields: 0, most: mostFields },
    documentSize: 1 + Math.ceil((document.loc?.end ?? 0) / charactersToAField),
    counted: 0,
  };
}

function isTooLarge({ size }: Plan): boolean {
  return size.fields > size.most;
}
