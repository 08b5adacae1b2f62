/** A seam whose queries and mutations are measured, whichever transport brought them. */
import { type ExecutionResult, type GraphQLSchema, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';
import type { ErrorCode } from '../../domain/errors.ts';
import type { SpanAttributes, Telemetry } from '../../domain/telemetry.ts';
import { errorCodes } from '../graphql/masking.ts';
import type { Operation, Seam, SeamContext } from '../graphql/seam.ts';

/** Root fields that are named of one operation. */
const namedFields = 5;

/** The same seam. Of a document no more is told than its kind and which of the schema's root fields it asks. */
export function observedSeam<Context extends SeamContext>(
  seam: Seam<Context>,
  telemetry: Telemetry | null,
): Seam<Context> {
  if (telemetry === null) return seam;
  const described = new WeakMap<OperationDefinitionNode, SpanAttributes>();
  const describe = (operation: Operation<Context>): SpanAttributes => {
    const chosen = getOperationAST(operation.document, operation.operationName);
    if (!chosen) return unknown;
    const known = described.get(chosen) ?? { type: chosen.operation, fields: fieldsOf(seam.schema, chosen) };
    described.set(chosen, known);
    return known;
  };
  return {
    ...seam,
    execute(operation) {
      const { requestId, actor, counter } = operation.context;
      const about = {
        ...describe(operation),
        'meridian.request.id': requestId,
        'meridian.application.id': actor.applicationId,
      };
      return telemetry.span(
        'graphql.operation',
        about,
        () => seam.execute(operation),
        (result) => ({ outcome: outcomeOf(result), 'meridian.provider.calls': counter?.providerCalls ?? 0 }),
      );
    },
  };
}

const unknown: SpanAttributes = { type: 'other', fields: '' };

/** Only what the schema has: anything else is a client's text. */
function fieldsOf(schema: GraphQLSchema, { operation, selectionSet }: OperationDefinitionNode): string {
  const known = schema.getRootType(operation)?.getFields() ?? {};
  const names = selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD && Object.hasOwn(known, selection.name.value) ? [selection.name.value] : [],
  );
  return [...new Set(names)].slice(0, namedFields).join(' ');
}

function outcomeOf({ data, errors }: ExecutionResult): string {
  if (errors === undefined || errors.length === 0) return 'ok';
  if (data !== undefined && data !== null) return 'partial';
  const code = errors[0]?.extensions['code'];
  return errorCodes.has(code as ErrorCode) ? String(code) : 'other';
}
