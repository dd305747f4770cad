/**
 * The part of JSON Schema (draft 2020-12) that event payloads use. Nothing here refuses a property that it does not
 * know, because a consumer of today reads what a producer of tomorrow adds.
 */
export type JsonSchema =
  | { readonly type: 'string'; readonly format?: 'uuid' | 'date-time'; readonly minLength?: number }
  | { readonly type: 'integer' | 'number' | 'boolean' }
  | { readonly enum: readonly string[] }
  | { readonly anyOf: readonly [JsonSchema, { readonly type: 'null' }] }
  | {
      readonly type: 'object';
      readonly properties: Readonly<Record<string, JsonSchema>>;
      readonly required: readonly string[];
    };

/** A schema that knows the TypeScript type of what it accepts. `accepts` exists for the compiler alone. */
export type SchemaOf<Value> = JsonSchema & { readonly accepts?: Value };
export type ValueOf<Schema> = Schema extends SchemaOf<infer Value> ? Value : never;

/** The builders have no effects: call them with a PURE mark, or every bundle carries every event. */
export function uuid<Id extends string>(): SchemaOf<Id> {
  return { type: 'string', format: 'uuid' };
}

/** Text that is not empty. Its spelling is judged by the `parse…` function of its type, not here. */
export function text<Value extends string = string>(): SchemaOf<Value> {
  return { type: 'string', minLength: 1 };
}

/** Text that may be empty, such as the last name where a provider knows one name only. */
export function anyText(): SchemaOf<string> {
  return { type: 'string' };
}

/** ISO 8601 in UTC. */
export function instant(): SchemaOf<string> {
  return { type: 'string', format: 'date-time' };
}

export function integer(): SchemaOf<number> {
  return { type: 'integer' };
}

export function number(): SchemaOf<number> {
  return { type: 'number' };
}

export function boolean(): SchemaOf<boolean> {
  return { type: 'boolean' };
}

export function oneOf<Member extends string>(members: Readonly<Record<Member, Member>>): SchemaOf<Member> {
  return { enum: Object.keys(members) };
}

export function orNull<Value>(schema: SchemaOf<Value>): SchemaOf<Value | null> {
  return { anyOf: [schema, { type: 'null' }] } as SchemaOf<Value | null>;
}

/** An object that has all of these properties. One that is added later goes into `optional`. */
export function object<
  Properties extends Readonly<Record<string, JsonSchema>>,
  Optional extends Readonly<Record<string, JsonSchema>> = Record<never, never>,
>(
  properties: Properties,
  optional?: Optional,
): SchemaOf<
  Flat<
    { [Name in keyof Properties]: ValueOf<Properties[Name]> } & {
      [Name in keyof Optional]?: ValueOf<Optional[Name]>;
    }
  >
> {
  return {
    type: 'object',
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
  };
}

/** One object type in place of an intersection. */
type Flat<Value> = { [Name in keyof Value]: Value[Name] };

/** Where a value differs from a schema, as a path such as `/userId`; undefined where it does not. */
export function differenceFrom(schema: JsonSchema, value: unknown, path = ''): string | undefined {
  if ('anyOf' in schema) return value === null ? undefined : differenceFrom(schema.anyOf[0], value, path);
  if ('enum' in schema) return schema.enum.includes(value as string) ? undefined : path;
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' &&
        value.length >= (schema.minLength ?? 0) &&
        (schema.format === undefined || formats[schema.format].test(value))
        ? undefined
        : path;
    case 'integer':
      return Number.isInteger(value) ? undefined : path;
    case 'number':
      return Number.isFinite(value) ? undefined : path;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : path;
    case 'object':
      return differenceOfProperties(schema, value, path);
  }
}

function differenceOfProperties(
  { properties, required }: Extract<JsonSchema, { type: 'object' }>,
  value: unknown,
  path: string,
): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return path;
  for (const [name, schema] of Object.entries(properties)) {
    const given: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    if (given === undefined && !required.includes(name)) continue;
    const difference = differenceFrom(schema, given, `${path}/${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

const formats = {
  uuid: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/,
  'date-time':
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|\+00:00)$/,
};
