/** Which subscribers may be answered with the same bytes: those who see the same and ask the same, whatever they missed. */
import {
  type ArgumentNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { Actor } from '../../domain/actor.ts';

/** A subscription as asked by one subscriber. */
export interface Asked {
  /** Of two with the same key, each may be told what the other is told. */
  readonly key: string;
  /** The cursor that is not part of the key; undefined where the document's own source knows it. */
  readonly after: string | null | undefined;
  /** Whether everything that is not part of the key is in order, so that a group with this key answers for its checks. */
  readonly isPlain: boolean;
}

interface Plan {
  readonly number: number;
  /** The variable that says where to go on, and nothing else. */
  readonly afterVariable: VariableDefinitionNode | null;
}

export interface Sharing {
  asked(
    actor: Actor,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>> | null | undefined,
  ): Asked;
}

export function createSharing(): Sharing {
  const plans = new WeakMap<OperationDefinitionNode, Plan>();
  let planned = 0;
  return {
    asked(actor, document, operation, variables) {
      let plan = plans.get(operation);
      if (plan === undefined) {
        plan = { number: planned++, afterVariable: afterVariable(document, operation) };
        plans.set(operation, plan);
      }
      const definition = plan.afterVariable;
      if (definition === null) {
        const key = `${eyesOf(actor)} ${plan.number} ${JSON.stringify(variables ?? {})}`;
        return { key, after: undefined, isPlain: true };
      }
      const { [definition.variable.name.value]: after = null, ...others } = variables ?? {};
      const key = `${eyesOf(actor)} ${plan.number} ${JSON.stringify(others)}`;
      const mayBeNull = definition.type.kind !== Kind.NON_NULL_TYPE;
      const isPlain = typeof after === 'string' || (after === null && mayBeNull);
      return { key, after: typeof after === 'string' ? after : null, isPlain };
    },
  };
}

/** Everything that decides what a credential may see, as JSON. What its accounts grant is asked anew for each answer. */
function eyesOf(actor: Actor): string {
  const known = eyes.get(actor);
  if (known !== undefined) return known;
  const { applicationId, kind, accountId, scopes, element } = actor;
  const confined = element && [element.origin, [...element.accountIds].sort(), [...element.permissions].sort()];
  const text = JSON.stringify([applicationId, kind, accountId, [...scopes].sort(), confined ?? null]);
  eyes.set(actor, text);
  return text;
}

/** Of many who come at once with one credential, the actor is the same object. */
const eyes = new WeakMap<Actor, string>();

/** The variable of the only root field's argument `after`, when it is used there only and has no default. */
function afterVariable(document: DocumentNode, operation: OperationDefinitionNode): VariableDefinitionNode | null {
  const [field, ...others] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || others.length > 0) return null;
  const value = field.arguments?.find((argument: ArgumentNode) => argument.name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return null;
  const name = value.name.value;
  const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
  if (definition === undefined || definition.defaultValue !== undefined) return null;
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable: (variable) => {
      if (variable.name.value === name) uses++;
    },
  });
  return uses === 1 ? definition : null;
}
