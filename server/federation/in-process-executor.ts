/** Asks this service's own part of a federated graph: the same seam, context and actor as its public endpoint, and no HTTP. */
import type { ExecutionRequest } from '@graphql-tools/utils';
import { type ExecutionResult, OperationTypeNode } from 'graphql';
import type { Seam, SeamContext } from '../graphql/seam.ts';
import { formOf } from './subgraph-answer.ts';
import { ourName } from './supergraph.ts';
import { withUnresolved } from './unresolved.ts';

/** @param seam over the federated schema: `_entities` among its fields, documents of a gateway taken as they are */
export function inProcessExecutor<Context extends SeamContext>(seam: Seam<Context>) {
  return ({
    document,
    variables,
    operationName,
    operationType,
    context,
  }: ExecutionRequest<Record<string, unknown>, Context>): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> => {
    if (context === undefined) throw new Error('expected a context, got none');
    const operation = { document, variables, operationName, context };
    if (operationType === OperationTypeNode.SUBSCRIPTION) return seam.subscribe(operation);
    const { references } = formOf(ourName, document, variables);
    return seam.execute(operation).then((result) => withUnresolved(result, references.keys()));
  };
}
