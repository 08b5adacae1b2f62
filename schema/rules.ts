/** The schema's own rules: what makes it one schema although many hands add to it. */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { scopesOfField } from './scope-directive.ts';

const names = {
  type: /^[A-Z][A-Za-z0-9]*$/,
  field: /^[a-z][A-Za-z0-9]*$/,
  enumValue: /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/,
};

/** What the name of an input type ends with: what it is for. */
const inputEndings = /(?:Input|Filter|Ref|Control|Operation)$/;

/**
 * Everything in which a schema breaks the rules, a line each: `CalendarEvent.key: expected a description, got none`.
 * @param knownScopes every scope that a credential may have.
 */
export function brokenRules(schema: GraphQLSchema, knownScopes: readonly string[]): readonly string[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  return [
    ...types.flatMap((type) => describedAndNamed(type)),
    ...describedDirectives(schema),
    ...mutationsKeepTheirForm(schema),
    ...types.flatMap((type) => (isObjectType(type) ? connectionsKeepTheirForm(type) : [])),
    ...unreachable(schema, types),
    ...types.flatMap((type) => scopesCover(schema, type, knownScopes)),
  ];
}

function describedAndNamed(type: GraphQLNamedType): string[] {
  const broken = isDescribed(type.name, type);
  if (!names.type.test(type.name)) broken.push(`${type.name}: expected a name in PascalCase`);
  if (isInputObjectType(type) && !inputEndings.test(type.name)) {
    broken.push(`${type.name}: expected an input's name to end with Input, Filter, Ref, Control or Operation`);
  }
  if (isEnumType(type)) {
    for (const value of type.getValues()) {
      const at = `${type.name}.${value.name}`;
      broken.push(...isDescribed(at, value));
      if (!names.enumValue.test(value.name)) broken.push(`${at}: expected a name in SCREAMING_SNAKE_CASE`);
    }
  } else if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      const at = `${type.name}.${field.name}`;
      broken.push(...isDescribed(at, field));
      if (!names.field.test(field.name)) broken.push(`${at}: expected a name in camelCase`);
      if ('args' in field) {
        broken.push(...field.args.flatMap((argument: GraphQLArgument) => describedArgument(at, argument)));
      }
    }
  }
  return broken;
}

function describedArgument(of: string, argument: GraphQLArgument): string[] {
  const at = `${of}(${argument.name}:)`;
  const broken = isDescribed(at, argument);
  if (!names.field.test(argument.name)) broken.push(`${at}: expected a name in camelCase`);
  return broken;
}

function describedDirectives(schema: GraphQLSchema): string[] {
  return schema
    .getDirectives()
    .filter((directive) => !isSpecifiedDirective(directive))
    .flatMap((directive) => [
      ...isDescribed(`@${directive.name}`, directive),
      ...directive.args.flatMap((argument) => describedArgument(`@${directive.name}`, argument)),
    ]);
}

interface Described {
  readonly description?: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
}

function isDescribed(at: string, { description, deprecationReason }: Described): string[] {
  const broken: string[] = [];
  if (!description) broken.push(`${at}: expected a description, got none`);
  else if (!/[.`”)]$/.test(description)) broken.push(`${at}: expected a description that ends as a sentence does`);
  if (deprecationReason && !/\d{4}-\d{2}-\d{2}/.test(deprecationReason)) {
    broken.push(`${at}: expected a deprecation to say when it is removed, as a date`);
  }
  return broken;
}

/** One argument `input: <Mutation>Input!`, one answer `<Mutation>Payload` with `userErrors`. */
function mutationsKeepTheirForm(schema: GraphQLSchema): string[] {
  const broken: string[] = [];
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const at = `Mutation.${field.name}`;
    const name = `${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;
    const [input, ...more] = field.args;
    if (input?.name !== 'input' || more.length > 0 || String(input.type) !== `${name}Input!`) {
      broken.push(`${at}: expected one argument \`input: ${name}Input!\``);
    }
    const payload = field.type;
    if (!isObjectType(payload) || payload.name !== `${name}Payload`) {
      broken.push(`${at}: expected the answer \`${name}Payload\`, nullable`);
    } else if (String(payload.getFields()['userErrors']?.type) !== '[CalendarUserError!]!') {
      broken.push(`${payload.name}: expected the field \`userErrors: [CalendarUserError!]!\``);
    }
  }
  return broken;
}

/** The Relay cursor connections specification, with `nodes` for clients that need no cursors. */
function connectionsKeepTheirForm(type: GraphQLObjectType): string[] {
  const broken: string[] = [];
  if (type.name.endsWith('Connection')) {
    for (const name of ['edges', 'nodes', 'pageInfo']) {
      if (type.getFields()[name] === undefined) broken.push(`${type.name}: expected the field \`${name}\`, got none`);
    }
  }
  for (const field of Object.values(type.getFields())) {
    if (!getNamedType(field.type).name.endsWith('Connection')) continue;
    for (const name of ['first', 'after']) {
      if (!field.args.some((argument) => argument.name === name)) {
        broken.push(`${type.name}.${field.name}: expected the argument \`${name}\` on what answers pages, got none`);
      }
    }
    const first = field.args.find((argument) => argument.name === 'first');
    if (first !== undefined && first.defaultValue === undefined && !isNonNullType(first.type)) {
      broken.push(`${type.name}.${field.name}(first:): expected a default or a non-null type, got neither`);
    }
  }
  return broken;
}

/** Types that no operation can come to. */
function unreachable(schema: GraphQLSchema, types: readonly GraphQLNamedType[]): string[] {
  const reached = new Set<GraphQLNamedType>();
  const reach = (type: GraphQLNamedType | null | undefined): void => {
    if (!type || reached.has(type)) return;
    reached.add(type);
    if (isUnionType(type)) for (const member of type.getTypes()) reach(member);
    if (isInterfaceType(type)) for (const member of schema.getPossibleTypes(type)) reach(member);
    if (isObjectType(type)) for (const parent of type.getInterfaces()) reach(parent);
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        reach(getNamedType(field.type as GraphQLType));
        const argumentsOf: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
        for (const argument of argumentsOf) reach(getNamedType(argument.type as GraphQLType));
      }
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) reach(root);
  // What errors hold is part of the contract although no field answers it.
  reach(schema.getType('ErrorCode'));
  return types
    .filter((type) => !reached.has(type))
    .map((type) => `${type.name}: expected to be reached by an operation`);
}

function scopesCover(schema: GraphQLSchema, type: GraphQLNamedType, knownScopes: readonly string[]): string[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const at = `${type.name}.${field.name}`;
    const scopes = scopesOfField(schema, type, field);
    if (scopes === null) return [`${at}: expected @scope on it or on its type, got none`];
    const unknown = scopes.filter((scope) => !knownScopes.includes(scope));
    return [
      ...unknown.map((scope) => `${at}: expected a scope that exists, got ${scope}`),
      ...(isObjectType(type) ? interfacesAreNotLaxer(schema, type, field, scopes) : []),
    ];
  });
}

/** A field read through an interface must not need less than the same field read through its type. */
function interfacesAreNotLaxer(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  scopes: readonly string[],
): string[] {
  return type.getInterfaces().flatMap((parent: GraphQLInterfaceType) => {
    const inherited = parent.getFields()[field.name];
    const needed = inherited === undefined ? null : scopesOfField(schema, parent, inherited);
    if (needed === null || scopes.length === 0) return [];
    const isLaxer = needed.length === 0 || needed.some((scope) => !scopes.includes(scope));
    return isLaxer
      ? [`${parent.name}.${field.name}: expected to need what ${type.name}.${field.name} needs, got less`]
      : [];
  });
}
