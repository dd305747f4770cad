import { InvalidValueError } from '../errors/invalid-value-error.js';

// Prisma cuts what stands behind the point of a number for an Int field, in data, increment, multiply and where alike, and
// says nothing: 19.99 is stored as 19. PostgreSQL never sees the fraction, so no rule in the database can refuse it. A time
// outside of the years 1 to 9999 is stored, and read back as an invalid date. In a filter it is harmless.

/** As much of Prisma's description of the models as is needed here. */
export interface DataModel {
  readonly models: Readonly<Record<string, { readonly fields: readonly Field[] }>>;
}
interface Field {
  readonly name: string;
  readonly kind: string;
  readonly type: string;
  /** Of a relation; `codezest-prisma generate` writes it. */
  readonly isList?: boolean;
}

/** What the fields of a model hold: 'Int', 'BigInt' or 'DateTime', the model that a relation leads to, or anything else. */
type Fields = ReadonlyMap<string, { readonly model?: string; readonly type: string }>;
type Arguments = Record<string, unknown>;

const known = new WeakMap<DataModel, Map<string, Fields>>();
const GREATEST_INT = 2 ** 31 - 1;
const FIRST_TIME = new Date('0001-01-01T00:00:00.000Z');
const LAST_TIME = new Date('9999-12-31T23:59:59.999Z');

/**
 * Refuses a number that Prisma would cut or that no Int column holds, and a time that would not be read back, wherever
 * they stand in the arguments of a call.
 *
 * @throws {InvalidValueError}
 */
export function requireStorableArguments(dataModel: DataModel, model: string, args: unknown): void {
  if (isObject(args)) inCall(args, { dataModel, model });
}

/** Where the walk is; a relation leads to another model. */
interface Place {
  readonly dataModel: DataModel;
  readonly model: string;
}

/** findMany({ where, data, select, take … }), and a relation in `select` or `include`. */
function inCall(args: Arguments, place: Place): void {
  for (const key in args) {
    const value = args[key];
    if (key === 'take' || key === 'skip') inNumber(value, 'Int', { ...place, field: key });
    else if (key === 'where' || key === 'cursor' || key === 'having') inFilter(value, place);
    else if (key === 'data' || key === 'create' || key === 'update') inData(value, place);
    else if ((key === 'select' || key === 'include') && isObject(value)) inSelection(value, place);
  }
}

function inSelection(selection: Arguments, place: Place): void {
  const fields = fieldsOf(place);
  for (const key in selection) {
    const value = selection[key];
    if (!isObject(value)) continue;
    const related = fields.get(key)?.model;
    if (related !== undefined) inCall(value, { ...place, model: related });
    // _count: { select: { answers: { where } } }
    else if (key === '_count') inCall(value, place);
  }
}

/** Fields with conditions, conditions joined by AND, OR and NOT, compound keys, relations with some, every, none, is. */
function inFilter(filter: unknown, place: Place): void {
  inFields(filter, place, (value, related) => {
    if (!isObject(value)) return;
    for (const key in value) {
      if (FILTERS_OF_RELATION.has(key)) inFilter(value[key], related);
      else {
        inFilter(value, related);
        return;
      }
    }
  });
}

function inData(data: unknown, place: Place): void {
  inFields(data, place, inNestedWrite, inTime);
}

/** What is done to the rows of a relation: create, connect, update … */
function inNestedWrite(write: unknown, related: Place): void {
  if (Array.isArray(write)) for (const each of write) inNestedWrite(each, related);
  if (!isObject(write)) return;
  for (const operation in write) {
    for (const each of listOf(write[operation])) {
      if (!isObject(each)) continue;
      if (operation === 'create') inData(each, related);
      else if (operation === 'createMany') inData(each.data, related);
      else if (operation === 'upsert' || operation === 'connectOrCreate') inCall(each, related);
      else if (operation === 'updateMany') inCall(each, related);
      else if (operation !== 'update') inFilter(each, related);
      // Of a relation to one row, the data may stand there without `data` around it.
      else if (isObject(each.data) && !fieldsOf(related).has('data')) inCall(each, related);
      else if (isObject(each.data) && 'where' in each) inCall(each, related);
      else inData(each, related);
    }
  }
}

function inFields(
  value: unknown,
  place: Place,
  inRelation: (value: unknown, related: Place) => void,
  inTime?: (value: unknown, at: Place & { field: string }) => void,
): void {
  for (const each of listOf(value)) {
    if (!isObject(each)) continue;
    const fields = fieldsOf(place);
    for (const key in each) {
      const field = fields.get(key);
      if (field === undefined) inFields(each[key], place, inRelation, inTime);
      else if (field.model !== undefined) inRelation(each[key], { ...place, model: field.model });
      else if (field.type === 'Int' || field.type === 'BigInt')
        inNumber(each[key], field.type, { ...place, field: key });
      else if (field.type === 'DateTime') inTime?.(each[key], { ...place, field: key });
    }
  }
}

/** A number, a list of them, or an operation with one: { set, increment, gte, in, not … }. */
function inNumber(value: unknown, type: 'Int' | 'BigInt', at: Place & { field: string }): void {
  if (typeof value === 'number') {
    const greatest = type === 'Int' ? GREATEST_INT : Number.MAX_SAFE_INTEGER;
    if (!Number.isInteger(value) || value > greatest || value < -greatest - (type === 'Int' ? 1 : 0))
      throw refusal(type, at);
  } else if (Array.isArray(value)) {
    for (const each of value) inNumber(each, type, at);
  } else if (isObject(value)) {
    // An average has a fraction, whatever it is the average of.
    for (const key in value) if (key !== '_avg') inNumber(value[key], type, at);
  }
}

/** A time that is written: by itself or in { set }. One that is no date at all is left to Prisma's own validation. */
function inTime(value: unknown, at: Place & { field: string }): void {
  const { model, field } = at;
  if (isObject(value) && 'set' in value) inTime(value.set, at);
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return;
  if (value < FIRST_TIME || value > LAST_TIME)
    throw new InvalidValueError(
      `${field} of ${model} takes times of the years 1 to 9999. Give another Date.`,
      {
        model,
        field,
      },
    );
}

function refusal(type: 'Int' | 'BigInt', { model, field }: Place & { field: string }): InvalidValueError {
  const range = type === 'Int' ? ` from ${-GREATEST_INT - 1} to ${GREATEST_INT}` : ' of up to 15 digits';
  return new InvalidValueError(
    `${field} of ${model} takes whole numbers${range}. Round it, or give it in a smaller unit, such as cents.`,
    { model, field },
  );
}

function fieldsOf({ dataModel, model }: Place): Fields {
  const models = known.get(dataModel) ?? new Map<string, Fields>();
  if (models.size === 0) known.set(dataModel, models);
  const fields = models.get(model) ?? described(dataModel.models[model]?.fields ?? []);
  models.set(model, fields);
  return fields;
}

function described(fields: readonly Field[]): Fields {
  return new Map(
    fields.map(({ name, kind, type }) => [name, kind === 'object' ? { model: type, type } : { type }]),
  );
}

const FILTERS_OF_RELATION = new Set(['some', 'every', 'none', 'is', 'isNot']);

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** A class's instance too: what a framework makes of a request's body often is one. */
function isObject(value: unknown): value is Arguments {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}
