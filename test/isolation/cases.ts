/** Every way in which a document can name something: one case for each argument and input field that can, of the schema as it is. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
} from 'graphql';
import { byType, type Named, naming, reachedBy, type Taken, taken } from './values.ts';

/** A place of an operation that names something. */
export interface Case {
  /** `Mutation.upsertEvent input.control.idempotencyKey` */
  readonly name: string;
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly document: string;
  readonly names: Named;
  /** The field that it is an argument of, for the cursors of its list. */
  readonly field: string;
  /** The variables with `value` in the place; what else has to be named is the asker's own. */
  variables(value: string, own: (named: Named) => string): Record<string, unknown>;
}

type Step = GraphQLArgument | GraphQLInputField;
type Own = (named: Named) => string;

/** The cases of a schema. @throws for an argument, input field or type that test/isolation/values.ts says nothing of. */
export function casesOf(schema: GraphQLSchema): readonly Case[] {
  const cases: Case[] = [];
  for (const operation of ['query', 'mutation', 'subscription'] as const) {
    const root = schema.getRootType(operation as never);
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (root) cases.push(...casesOfField(schema, root, field, operation));
    }
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || isRoot(schema, type)) continue;
    for (const field of Object.values(type.getFields())) cases.push(...casesOfField(schema, type, field, 'query'));
  }
  return cases;
}

function isRoot(schema: GraphQLSchema, type: GraphQLObjectType): boolean {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type);
}

function casesOfField(
  schema: GraphQLSchema,
  parent: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  operation: Case['operation'],
): Case[] {
  const coordinate = `${parent.name}.${field.name}`;
  const places = field.args.flatMap((argument) => placesIn(`${coordinate}(${argument.name})`, argument, [argument]));
  const atRoot = isRoot(schema, parent);
  const owner = reachedBy[parent.name];
  if (places.length > 0 && !atRoot && owner === undefined) {
    throw new Error(
      `expected test/isolation/values.ts to say how a ${parent.name} is reached: ${coordinate} takes names`,
    );
  }
  const { declared, called } = callOf(field);
  const inner = `${field.name}${called}${selection(field.type, atRoot ? 3 : 2)}`;
  const document = atRoot
    ? `${operation}${declared.length === 0 ? '' : `(${declared.join(', ')})`} { ${inner} }`
    : `query(${['$own: ID!', ...declared].join(', ')}) { node(id: $own) { ... on ${parent.name} { ${inner} } } }`;
  return places.map(({ path, names }) => ({
    name: `${coordinate} ${path.map((step) => step.name).join('.')}`,
    operation,
    document,
    names,
    field: coordinate,
    variables: (value, own) => {
      const given = field.args.flatMap((argument): [string, unknown][] => {
        const filled = fill(`${coordinate}(${argument.name})`, argument, path[0] === argument ? path : [], value, own);
        return filled === undefined ? [] : [[argument.name, filled]];
      });
      return { ...Object.fromEntries(given), ...(owner === undefined ? {} : { own: own(owner) }) };
    },
  }));
}

function callOf(field: GraphQLField<unknown, unknown>): { readonly declared: string[]; readonly called: string } {
  const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`);
  const given = field.args.map(({ name }) => `${name}: $${name}`);
  return { declared, called: given.length === 0 ? '' : `(${given.join(', ')})` };
}

/** What values.ts says of a place; null where its type can name nothing. */
function sayingOf(coordinate: string, type: GraphQLInputType): Taken | null {
  const said = taken[coordinate];
  if (said !== undefined) return said;
  const named = getNamedType(type);
  if (isInputObjectType(named) || isEnumType(named)) return null;
  if (!naming.has(named.name) && named.name in byType) return null;
  throw new Error(`expected test/isolation/values.ts to say what ${coordinate} (${String(type)}) takes`);
}

function placesIn(
  coordinate: string,
  place: Step,
  path: readonly Step[],
): { readonly path: readonly Step[]; readonly names: Named }[] {
  const said = sayingOf(coordinate, place.type);
  if (said !== null) return 'names' in said ? [{ path, names: said.names }] : [];
  const type = getNamedType(place.type);
  if (!isInputObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) =>
    path.includes(field) ? [] : placesIn(`${type.name}.${field.name}`, field, [...path, field]),
  );
}

/** The value of a place: `value` at the end of the path, the least that is valid beside it; undefined to leave it out. */
function fill(coordinate: string, place: Step, path: readonly Step[], value: string, own: Own): unknown {
  const isList = isListType(isNonNullType(place.type) ? place.type.ofType : place.type);
  const many = (one: unknown) => (isList && !Array.isArray(one) ? [one] : one);
  if (path.length === 1 && path[0] === place) return many(value);
  const said = sayingOf(coordinate, place.type);
  if (said !== null && 'always' in said) return said.always;
  const required = isRequired(place);
  if (path.length === 0 && !required) return alwaysWithin(place) ? many(fillInput(place, [], value, own)) : undefined;
  if (said !== null) return 'names' in said ? many(own(said.names)) : said.plain;
  const type = getNamedType(place.type);
  if (isInputObjectType(type)) return many(fillInput(place, path.slice(1), value, own));
  if (isEnumType(type)) return many(type.getValues()[0]?.name);
  return many(byType[type.name]);
}

function fillInput(place: Step, rest: readonly Step[], value: string, own: Own): unknown {
  const type = getNamedType(place.type);
  if (!isInputObjectType(type)) throw new Error('an input object was expected');
  const fields = Object.values(type.getFields());
  const chosen = type.isOneOf ? fields.filter((field) => field === (rest[0] ?? fields[0])) : fields;
  const given = chosen.flatMap((field): [string, unknown][] => {
    const coordinate = `${type.name}.${field.name}`;
    const onPath = rest[0] === field ? rest : [];
    const filled =
      type.isOneOf && onPath.length === 0 ? must(coordinate, field, own) : fill(coordinate, field, onPath, value, own);
    return filled === undefined ? [] : [[field.name, filled]];
  });
  return Object.fromEntries(given);
}

/** The one field of an input that takes exactly one, where another place is tried. */
function must(coordinate: string, field: GraphQLInputField, own: Own): unknown {
  const said = sayingOf(coordinate, field.type);
  if (said === null) return fillInput(field, [], '', own);
  if ('names' in said) return isListType(field.type) ? [own(said.names)] : own(said.names);
  return 'plain' in said ? said.plain : said.always;
}

function isRequired(place: Step): boolean {
  return isNonNullType(place.type) && place.defaultValue === undefined;
}

/** Whether something in it is given wherever it can be: then it is given, too. */
function alwaysWithin(place: Step): boolean {
  const type = getNamedType(place.type);
  if (!isInputObjectType(type) || type.isOneOf) return false;
  return Object.values(type.getFields()).some((field) => 'always' in (taken[`${type.name}.${field.name}`] ?? {}));
}

/** All that can be asked of a type without naming anything, so many levels deep. */
function selection(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named) || isScalarType(named)) return '';
  if (isAbstractType(named)) return ' { __typename ... on Node { id } }';
  if (!isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type);
    if (field.args.some(isRequiredArgument)) return [];
    if (isLeafType(inner)) return [field.name];
    if (depth <= 1) return [];
    const first = field.args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
    return [`${field.name}${first}${selection(field.type, depth - 1)}`];
  });
  return ` { ${['__typename', ...fields].join(' ')} }`;
}
