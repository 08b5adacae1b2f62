/**
 * Messages for bad variables that never repeat what was sent: graphql-js prints the whole value of a variable, and with it
 * a password that stands beside the mistake.
 */
import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from 'graphql';
import { answersForItself, leniently } from './lenient.ts';
import { answerableError, withoutSuggestion, withoutValue } from './masking.ts';

/** At most this many are named; a list of 10,000 wrong items has one cause. */
const maximumErrors = 10;

/** What is wrong with an operation's variables, one error a mistake; empty where nothing is. */
export function variableErrors(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  hideSuggestions: boolean,
): readonly GraphQLError[] {
  const errors: GraphQLError[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    const report = (message: string): void => {
      if (errors.length < maximumErrors)
        errors.push(answerableError('BAD_USER_INPUT', message, { nodes: [definition] }));
    };
    if (!isInputType(type)) {
      report(`Variable "$${name}": expected an input type, got ${String(type)}`);
    } else if (!Object.hasOwn(variables, name)) {
      const hasDefault =
        definition.defaultValue !== undefined && valueFromAST(definition.defaultValue, type) !== undefined;
      if (isNonNullType(type) && !hasDefault) report(`Variable "$${name}": expected ${String(type)}, got nothing`);
    } else if (variables[name] === null && isNonNullType(type)) {
      report(`Variable "$${name}": expected ${String(type)}, got null`);
    } else {
      const coerce = () =>
        coerceInputValue(variables[name], type, (path, _value, error) => {
          const at = path.reduce<string>(
            (soFar, part) => soFar + (typeof part === 'number' ? `[${part}]` : `.${part}`),
            name,
          );
          const message = withoutValue(error.message);
          report(`Variable "$${at}": ${hideSuggestions ? withoutSuggestion(message) : message}`);
        });
      if (operation.operation === 'mutation' && answersForItself(type)) leniently(coerce);
      else coerce();
    }
  }
  return errors;
}
