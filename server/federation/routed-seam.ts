/**
 * One seam for a federated graph. A document that asks this service alone runs as if there were no gateway, with all that its
 * own seam has (shared subscriptions, compiled plans); any other runs on the seam of the composed graph.
 */
import type { DocumentNode } from 'graphql';
import type { Operation, Seam, SeamContext } from '../graphql/seam.ts';
import { asksUsAlone } from './direct.ts';

/** A supergraph as it is served. */
export interface Generation<Context extends SeamContext> {
  /** Of the composed graph. */
  readonly seam: Seam<Context>;
  /** As `Supergraph.ours`. */
  readonly ours: ReadonlySet<string> | null;
}

/** @param current changes when another supergraph is served; what runs by then goes on as it began */
export function routedSeam<Context extends SeamContext>(
  own: Seam<Context>,
  current: () => Generation<Context>,
): Seam<Context> {
  const routes = new WeakMap<Generation<Context>, WeakMap<DocumentNode, Seam<Context>>>();
  /** Of a subscription whose answers are made one by one: the seam that opened it. */
  const opened = new WeakMap<object, Seam<Context>>();

  const route = (document: DocumentNode): Seam<Context> => {
    const generation = current();
    let known = routes.get(generation);
    if (known === undefined) {
      known = new WeakMap();
      routes.set(generation, known);
    }
    const found = known.get(document) ?? routeIn(generation, document);
    known.set(document, found);
    return found;
  };

  const routeIn = ({ seam, ours }: Generation<Context>, document: DocumentNode): Seam<Context> => {
    if (ours === null || seam.validate(document).length > 0 || own.validate(document).length > 0) return seam;
    return asksUsAlone(document, own.schema, ours) ? own : seam;
  };

  const seamOf = (operation: Operation<Context>) => opened.get(operation) ?? route(operation.document);

  return {
    get schema() {
      return current().seam.schema;
    },
    limits: own.limits,
    parse: (source) => own.parse(source),
    validate: (document) => route(document).validate(document),
    check: (operation) => route(operation.document).check(operation),
    execute: (operation) => route(operation.document).execute(operation),
    subscribe: (operation) => route(operation.document).subscribe(operation),
    open(operation) {
      const seam = route(operation.document);
      opened.set(operation, seam);
      return seam.open(operation);
    },
    answers: (operation, events) => seamOf(operation).answers(operation, events),
    answering: (operation) => seamOf(operation).answering(operation),
    mask: (error, requestId) => own.mask(error, requestId),
    maskEach: (error, requestId) => own.maskEach(error, requestId),
  };
}
