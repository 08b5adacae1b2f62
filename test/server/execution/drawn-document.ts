/** Documents drawn over any schema, and data for them: the same number draws the same. */
import {
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** Numbers from 0 to 1, by mulberry32. */
export function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const literals: Readonly<Record<string, readonly string[]>> = {
  Int: ['1', '2', '20'],
  Float: ['1.5', '2'],
  Boolean: ['true', 'false'],
  DateTime: ['"2026-01-01T09:00:00Z"'],
  Date: ['"2026-01-01"'],
  LocalTime: ['"09:00"'],
  TimeZone: ['"Europe/London"'],
  Duration: ['"PT30M"'],
  EmailAddress: ['"someone@example.com"'],
  URL: ['"https://example.com/"'],
  HexColor: ['"#1A73E8"'],
  JSONObject: ['{ a: 1, b: [true, null] }', '{}'],
};

export interface Drawn {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

/** One operation, with aliases, fragments of both kinds, conditions and variables. It need not be valid: fields may not merge. */
export function drawDocument(schema: GraphQLSchema, operation: 'query' | 'mutation', seed: number): Drawn {
  const next = drawing(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const definitions: string[] = [];
  const fragments: string[] = [];
  const variables: Record<string, unknown> = {};
  let fields = 0;

  const condition = (): string => {
    if (next() > 0.12) return '';
    const name = `c${Math.floor(next() * 3)}`;
    if (next() < 0.3) return ` @${pick(['skip', 'include'])}(if: ${pick(['true', 'false'])})`;
    if (!(name in variables)) {
      variables[name] = next() < 0.5;
      definitions.push(`$${name}: Boolean${pick(['!', '! = true', ' = false'])}`);
    }
    return ` @${pick(['skip', 'include'])}(if: $${name})`;
  };

  const literal = (type: GraphQLInputType, depth = 0): string => {
    if (isNonNullType(type)) return literal(type.ofType, depth);
    if (isListType(type)) return next() < 0.2 ? '[]' : `[${literal(type.ofType, depth)}]`;
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const all = Object.values(type.getFields());
      const chosen = type.isOneOf
        ? [pick(all)]
        : all.filter(({ type: of }) => isNonNullType(of) || (depth < 2 && next() < 0.3));
      return `{ ${chosen.map((field) => `${field.name}: ${literal(field.type, depth + 1)}`).join(', ')} }`;
    }
    return pick(literals[type.name] ?? ['"text"', '"\\u0000 \\" ` __proto__"', '"é😀"']);
  };

  const argument = (name: string, type: GraphQLInputType): string => {
    const isPlain = ['Int', 'Boolean', 'ID', 'String'].includes(String(isNonNullType(type) ? type.ofType : type));
    if (!isPlain || next() < 0.5) return `${name}: ${!isNonNullType(type) && next() < 0.1 ? 'null' : literal(type)}`;
    const variable = `v${definitions.length}`;
    definitions.push(`$${variable}: ${String(type)}`);
    // Left out, null, or a value.
    if (isNonNullType(type) || next() < 0.6) variables[variable] = JSON.parse(literal(type)) as unknown;
    else if (next() < 0.5) variables[variable] = null;
    return `${name}: $${variable}`;
  };

  const selection = (name: string, type: GraphQLOutputType, given: string, depth: number): string => {
    const alias = next() < 0.15 ? `${pick(['a', 'b_c', 'then', 'constructor', '__proto__', 'idx0'])}: ` : '';
    const named = getNamedType(type);
    const below = isCompositeType(named) ? ` ${selections(named as GraphQLObjectType, depth + 1)}` : '';
    return `${alias}${name}${given}${condition()}${below}`;
  };

  function selections(type: GraphQLObjectType, depth: number): string {
    const parts: string[] = [];
    if (isObjectType(type) || isInterfaceType(type)) {
      const all = Object.values(type.getFields()).filter(
        (field) => depth < 5 || !isCompositeType(getNamedType(field.type)),
      );
      const count = depth === 0 ? 3 : 1 + Math.floor(next() * 5);
      for (let time = 0; time < count && all.length > 0 && fields < 60; time++) {
        fields++;
        const field = pick(all);
        const args = field.args.filter(
          (arg) => (isNonNullType(arg.type) && arg.defaultValue === undefined) || next() < 0.4,
        );
        const given = args.length === 0 ? '' : `(${args.map((arg) => argument(arg.name, arg.type)).join(', ')})`;
        parts.push(selection(field.name, field.type, given, depth));
      }
    }
    if (next() < 0.3 || parts.length === 0) parts.push(`${next() < 0.2 ? 'kind_: ' : ''}__typename${condition()}`);
    if (depth < 5 && next() < (isAbstractType(type) ? 1 : 0.15)) {
      const types: readonly GraphQLObjectType[] = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
      const on = pick(types);
      const inner = selections(on, depth + 1);
      if (next() < 0.4) {
        const name = `F${fragments.length}_${depth}`;
        fragments.push(`fragment ${name} on ${on.name} ${inner}`);
        parts.push(`...${name}${condition()}`, ...(next() < 0.3 ? [`...${name}`] : []));
      } else {
        parts.push(`...${next() < 0.8 || isAbstractType(type) ? ` on ${on.name}` : ''}${condition()} ${inner}`);
      }
    }
    return `{ ${parts.join(' ')} }`;
  }

  const root = (operation === 'query' ? schema.getQueryType() : schema.getMutationType()) as GraphQLObjectType;
  const body = selections(root, 0);
  const head = definitions.length === 0 ? '' : `(${definitions.join(', ')})`;
  return { text: [`${operation} Drawn${head} ${body}`, ...fragments].join('\n'), variables };
}

export interface Trouble {
  /** How often, of a hundred, a value is null, fails or is of another kind. */
  readonly share: number;
  /** Whether some of the values are promised. */
  readonly promises: boolean;
}

/** What a field answers, drawn from its place in the answer: an error, null, a value of its type, or a promise of them. */
export function drawValue(info: GraphQLResolveInfo, seed: number, trouble: Trouble): unknown {
  let place = seed;
  for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at !== undefined; at = at.prev) {
    for (const letter of String(at.key)) place = Math.imul(place ^ letter.charCodeAt(0), 16_777_619);
  }
  const next = drawing(place);
  const made = (type: GraphQLOutputType): unknown => {
    if (isNonNullType(type)) return made(type.ofType);
    const luck = next() * 100;
    if (luck < trouble.share) return null;
    if (luck < trouble.share * 1.5) return new Error('an error in the place of a value');
    if (isListType(type)) {
      if (luck < trouble.share * 1.7) return 'no list';
      // graphql-js leaves a promised item's rejection unheard where another item throws, which ends the process.
      const most = trouble.promises ? 1 : 3;
      const items = Array.from({ length: Math.floor(next() * (most + 1)) }, () => promised(made(type.ofType)));
      return next() < 0.1 ? new Set(items) : items;
    }
    if (isEnumType(type)) return luck < trouble.share * 2 ? 'NO_VALUE' : type.getValues()[0]?.value;
    if (isAbstractType(type)) {
      const types = info.schema.getPossibleTypes(type);
      const name = types[Math.floor(next() * types.length)]?.name;
      return { __typename: luck < trouble.share * 1.8 ? 'Nothing' : name };
    }
    if (isObjectType(type)) return { __typename: type.name };
    return values[type.name]?.[luck < trouble.share * 2 ? 1 : 0] ?? 'text "and" ö';
  };
  const promised = (value: unknown): unknown => {
    if (!trouble.promises || next() < 0.6) return value;
    return value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  };
  const value = made(info.returnType);
  if (next() * 100 < trouble.share) {
    if (next() < 0.2) throw 'a text';
    throw new Error(`trouble at ${info.path.key}`);
  }
  return promised(value);
}

/** Of each scalar one that can be answered, and one that cannot. */
const values: Readonly<Record<string, readonly [unknown, unknown]>> = {
  Int: [3, 'x'],
  Float: [1.5, 'x'],
  Boolean: [true, {}],
  String: ['text "and" ö', {}],
  ID: ['id', {}],
  DateTime: [1_767_258_000_000, 'x'],
  JSONObject: [{ a: 1, b: ['x'] }, 3],
};
