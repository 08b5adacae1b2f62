/**
 * An operation compiled to closures: what graphql-js finds out about a field each time that it comes by (its definition, its
 * type, its sub-fields, its arguments) is found out once. The order of everything that can be told is graphql-js's own
 * (`graphql/execution/execute.js`), so that both answer the same, errors and their order included.
 *
 * No code is made of text: a document is the client's, and what a library writes into `new Function` may be too.
 */
import {
  defaultFieldResolver,
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLField,
  GraphQLID,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLString,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { type ArgumentsOf, argumentsOf } from './arguments.ts';
import { serializerOf } from './leaf.ts';
import { executeFields, type Field, type Selection } from './objects.ts';
import { failed, infoOf, type Place, type PlanSize } from './place.ts';
import { isThenable, type Path, type Run } from './run.ts';
import { runtimeTypeOf } from './runtime-type.ts';
import { collectFields } from './selections.ts';

/** `info` is there where anything below may be given it. */
type Complete = (run: Run, info: GraphQLResolveInfo | null, path: Path, value: unknown) => unknown;

/** Compiles what objects of `type` answer; what is below is compiled when it is first met. */
export function selectionOf(
  run: Run,
  type: GraphQLObjectType,
  sets: readonly FieldNode[] | null,
  size: PlanSize,
): Selection {
  const selectionSets =
    sets === null ? [run.operation.selectionSet] : sets.flatMap(({ selectionSet }) => selectionSet ?? []);
  const fields: Field[] = [];
  for (const [name, nodes] of collectFields(run, type, selectionSets)) {
    const definition = definitionOf(run, type, nodes);
    if (definition === undefined) continue;
    const place: Place = { definition, nodes, parentType: type, size };
    fields.push({
      name,
      text: isProperty(place) && isText(definition.type) ? definition.name : null,
      execute: fieldOf(name, place),
    });
  }
  size.fields += fields.length + 1;
  const hasPrototypeKey = fields.some(({ name }) => name === '__proto__');
  const empty: Record<string, unknown> = Object.fromEntries(fields.map(({ name }) => [name, null]));
  return { fields, empty: hasPrototypeKey ? null : empty };
}

function definitionOf(
  run: Run,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
): GraphQLField<unknown, unknown> | undefined {
  const name = nodes[0]?.name.value ?? '';
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (type === run.schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return type.getFields()[name];
}

function fieldOf(name: string, place: Place): Field['execute'] {
  const { definition, parentType } = place;
  if (definition === TypeNameMetaFieldDef) return () => parentType.name;
  return isProperty(place) ? propertyField(name, place) : resolvedField(name, place);
}

function isProperty({ definition }: Place): boolean {
  const { resolve, args } = definition;
  return (resolve === undefined || resolve === defaultFieldResolver) && args.length === 0;
}

function isText(type: GraphQLOutputType): boolean {
  const nullable = getNullableType(type);
  return nullable === GraphQLString || nullable === GraphQLID;
}

/** A field that a resolver answers. */
function resolvedField(name: string, place: Place): Field['execute'] {
  const { definition, nodes, parentType } = place;
  const resolve = definition.resolve ?? defaultFieldResolver;
  const complete = completerOf(place, definition.type);
  const given: ArgumentsOf = argumentsOf(definition, nodes);
  return (run, source, parent) => {
    const path: Path = { prev: parent, key: name, typename: parentType.name };
    const info = infoOf(run, place, path);
    try {
      const value = resolve(source, given(run.variableValues), run.contextValue, info);
      return completedBy(complete, run, place, info, path, value);
    } catch (error) {
      return failed(run, place, path, error);
    }
  };
}

/** A field that is a property of its object, and takes no arguments. */
function propertyField(name: string, place: Place): Field['execute'] {
  const { definition, parentType } = place;
  const key = definition.name;
  const complete = completerOf(place, definition.type);
  const named = getNamedType(definition.type);
  const tells =
    isAbstractType(named) || (isObjectType(named) && named.isTypeOf !== undefined && named.isTypeOf !== null);
  return (run, source, parent) => {
    const path: Path = { prev: parent, key: name, typename: parentType.name };
    try {
      let value: unknown;
      if ((typeof source === 'object' && source !== null) || typeof source === 'function') {
        value = (source as Record<string, unknown>)[key];
        if (typeof value === 'function') value = value.call(source, {}, run.contextValue, infoOf(run, place, path));
      }
      const info = tells ? infoOf(run, place, path) : null;
      return completedBy(complete, run, place, info, path, value);
    } catch (error) {
      return failed(run, place, path, error);
    }
  };
}

/** A field's value, completed now or once it is there. @throws what is wrong with a value that is there already */
function completedBy(
  complete: Complete,
  run: Run,
  place: Place,
  info: Parameters<Complete>[1],
  path: Path,
  value: unknown,
): unknown {
  const completed = isThenable(value)
    ? value.then((resolved) => complete(run, info, path, resolved))
    : complete(run, info, path, value);
  return isThenable(completed) ? completed.then(undefined, (error) => failed(run, place, path, error)) : completed;
}

function completerOf(place: Place, type: GraphQLOutputType): Complete {
  const complete = presentCompleter(place, isNonNullType(type) ? type.ofType : type);
  if (!isNonNullType(type)) {
    return (run, info, path, value) => {
      if (value === null || value === undefined) return null;
      if (value instanceof Error) throw value;
      return complete(run, info, path, value);
    };
  }
  const message = `Cannot return null for non-nullable field ${place.parentType.name}.${place.definition.name}.`;
  return (run, info, path, value) => {
    if (value === null || value === undefined) throw new Error(message);
    if (value instanceof Error) throw value;
    // Nothing that is there is completed to null: leaves throw instead, lists and objects are what they are.
    return complete(run, info, path, value);
  };
}

/** Of a value that is neither null nor an error. */
function presentCompleter(place: Place, type: GraphQLOutputType): Complete {
  if (isListType(type)) return listCompleter(place, type.ofType);
  if (isLeafType(type)) {
    const serialize = serializerOf(type);
    return (_run, _info, _path, value) => serialize(value);
  }
  if (isAbstractType(type)) return abstractCompleter(place, type);
  if (isObjectType(type)) return objectCompleter(place, type);
  throw new Error(`expected an output type, got ${inspect(type)}`);
}

function listCompleter(place: Place, itemType: GraphQLOutputType): Complete {
  const complete = completerOf(place, itemType);
  const coordinate = `${place.parentType.name}.${place.definition.name}`;
  return (run, info, path, value) => {
    if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${coordinate}".`);
    }
    const items: unknown[] = [];
    let isPromised = false;
    const completedItem = (item: unknown, at: Path): unknown => {
      try {
        const completed = isThenable(item)
          ? item.then((resolved) => complete(run, info, at, resolved))
          : complete(run, info, at, item);
        if (!isThenable(completed)) return completed;
        isPromised = true;
        return completed.then(undefined, (error) => failed(run, place, at, error, itemType));
      } catch (error) {
        return failed(run, place, at, error, itemType);
      }
    };
    try {
      for (const item of value as Iterable<unknown>) {
        items.push(completedItem(item, { prev: path, key: items.length, typename: undefined }));
      }
    } catch (error) {
      // The items before it may reject, too: nobody would hear of it, and the process would end.
      if (isPromised) void Promise.allSettled(items);
      throw error;
    }
    return isPromised ? Promise.all(items) : items;
  };
}

type SelectionFor = (run: Run, type: GraphQLObjectType) => Selection;

/** What objects of each type answer at a place; kept as long as the operation's plan has room. */
function selections({ nodes, size }: Place): SelectionFor {
  let [lastType, last]: [GraphQLObjectType | null, Selection | null] = [null, null];
  const others = new Map<GraphQLObjectType, Selection>();
  return (run, type) => {
    if (type === lastType && last !== null) return last;
    const found = others.get(type) ?? selectionOf(run, type, nodes, size);
    if (size.fields > size.most) return found;
    others.set(type, found);
    [lastType, last] = [type, found];
    return found;
  };
}

function objectCompleter(place: Place, type: GraphQLObjectType, selection = selections(place)): Complete {
  const { isTypeOf } = type;
  if (isTypeOf === undefined || isTypeOf === null) {
    return (run, _info, path, value) => executeFields(run, selection(run, type), value, path);
  }
  const wrong = (value: unknown) =>
    new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes: place.nodes });
  return (run, info, path, value) => {
    const fields = selection(run, type);
    const is = isTypeOf(value, run.contextValue, info as GraphQLResolveInfo);
    if (isThenable(is)) {
      return is.then((resolved) => {
        if (!resolved) throw wrong(value);
        return executeFields(run, fields, value, path);
      });
    }
    if (!is) throw wrong(value);
    return executeFields(run, fields, value, path);
  };
}

function abstractCompleter(place: Place, type: GraphQLAbstractType): Complete {
  const selection = selections(place);
  const completers = new Map<GraphQLObjectType, Complete>();
  const completerFor = (runtimeType: GraphQLObjectType): Complete => {
    const found = completers.get(runtimeType) ?? objectCompleter(place, runtimeType, selection);
    completers.set(runtimeType, found);
    return found;
  };
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (run, known, path, value) => {
    const info = known as GraphQLResolveInfo;
    const told: unknown = resolveType(value, run.contextValue, info, type);
    const complete = (name: unknown): unknown =>
      completerFor(runtimeTypeOf(run.schema, type, name, value, info))(run, info, path, value);
    return isThenable(told) ? told.then(complete) : complete(told);
  };
}
