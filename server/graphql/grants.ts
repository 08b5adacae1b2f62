/**
 * `@scope` a second time, per account: the seam checks the credential once for a document, and here each object's own grant
 * bounds it. From the same directives, so that no resolver says it again.
 */
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Actor, Scope } from '../../domain/actor.ts';
import { mayOn, notGranted } from '../../domain/grants.ts';
import { scopesOfField } from '../../schema/scope-directive.ts';

/** Type → what the account of one of its objects granted. */
export type GrantedBy = Readonly<Record<string, (object: never) => readonly string[]>>;

type Granted = (object: unknown) => readonly string[];
type Field = GraphQLField<unknown, { readonly actor: Actor }>;

/**
 * Makes a schema's fields answer what the account granted and no more:
 *
 * - a field of an object of these types whose scopes its account did not grant is an error FORBIDDEN with
 *   `extensions.requiredScope`; a list that may not be null is empty instead;
 * - a query that finds such objects by their ids answers null in place of one whose account did not grant what the query needs.
 */
export function boundByGrants(schema: GraphQLSchema, grantedBy: GrantedBy): GraphQLSchema {
  const granted = new Map(Object.entries(grantedBy) as [string, Granted][]);
  for (const [name, grantOf] of granted) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`expected an object type ${name} in the schema`);
    for (const field of Object.values(type.getFields())) {
      const any = scopesOfField(schema, type, field) as readonly Scope[] | null;
      if (any !== null && any.length > 0) boundByParent(field as Field, `${name}.${field.name}`, any, grantOf);
    }
  }
  const query = schema.getQueryType();
  for (const field of Object.values(query?.getFields() ?? {})) {
    const grantOf = granted.get(getNamedType(field.type).name);
    const any = query ? (scopesOfField(schema, query, field) as readonly Scope[] | null) : null;
    if (grantOf !== undefined && any !== null) boundByResult(field as Field, any, grantOf);
  }
  return schema;
}

function boundByParent(field: Field, coordinate: string, any: readonly Scope[], grantOf: Granted): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  const isList = isNonNullType(field.type) && isListType(field.type.ofType);
  field.resolve = (parent, args, context, info) => {
    if (mayOn(context.actor, grantOf(parent), any)) return resolve(parent, args, context, info);
    if (isList) return [];
    throw notGranted(any, coordinate);
  };
}

function boundByResult(field: Field, any: readonly Scope[], grantOf: Granted): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = async (parent, args, context, info) => {
    const kept = (found: unknown) =>
      found === null || found === undefined || !mayOn(context.actor, grantOf(found), any) ? null : found;
    const answer: unknown = await resolve(parent, args, context, info);
    return Array.isArray(answer) ? answer.map(kept) : kept(answer);
  };
}
