/** Scalars and enums of an answer. */
import { GraphQLBoolean, GraphQLID, type GraphQLLeafType, GraphQLString } from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';

/** @throws whatever the type has to say against the value. */
export type Serialize = (value: unknown) => unknown;

/** `type.serialize`, which may not answer null (spec §6.4.3); without a call where the value is its own serialisation. */
export function serializerOf(type: GraphQLLeafType): Serialize {
  const checked = (value: unknown): unknown => {
    const serialized: unknown = type.serialize(value);
    if (serialized === null || serialized === undefined) {
      const called = `\`${inspect(type)}.serialize(${inspect(value)})\``;
      throw new Error(`Expected ${called} to return non-nullable value, returned: ${inspect(serialized)}`);
    }
    return serialized;
  };
  if (type === GraphQLString || type === GraphQLID)
    return (value) => (typeof value === 'string' ? value : checked(value));
  if (type === GraphQLBoolean) return (value) => (typeof value === 'boolean' ? value : checked(value));
  return checked;
}
