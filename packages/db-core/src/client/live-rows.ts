import type { DataModel } from './storable-arguments.js';

// A row with `deletedAt` is deleted for all but those who look for it. What Prisma reads of such a model is live unless the
// call names `deletedAt` itself. It is done here, on the arguments, because the types stay Prisma's, transactions have it as
// well, and a call costs a walk over its own arguments: views have no relations and no unique keys, a query extension loses
// `$on` and another type of client, and scopes to be spread into each `where` are what everybody forgets.

/** Answers are about the rows that are there. */
const READS = new Set([
  'findUnique',
  'findUniqueOrThrow',
  'findFirst',
  'findFirstOrThrow',
  'findMany',
  'count',
  'aggregate',
  'groupBy',
]);

/** They name one row: by its id whatever its state, by a slug or an address the live one. */
const WRITES_OF_ONE = new Set(['update', 'delete', 'upsert']);

type Arguments = Record<string, unknown>;

interface Relations {
  /** The model has deletedAt. */
  readonly deletable: boolean;
  /** Where its relations lead. */
  readonly to: ReadonlyMap<string, { readonly model: string; readonly isList: boolean }>;
}

/** The arguments of a call, with `deletedAt: null` where they read a model that has it and do not name it themselves. */
export function liveArguments(dataModel: DataModel, model: string, action: string, args: unknown): unknown {
  const relations = relationsOf(dataModel);
  if (relations === undefined) return args;
  const given = isObject(args) ? args : {};
  const selected = withLiveSelections(given, model, relations);
  const isKeyed = WRITES_OF_ONE.has(action) && !(isObject(given.where) && given.where.id !== undefined);
  const filtered =
    relations.get(model)?.deletable && (READS.has(action) || isKeyed) ? withLiveFilter(selected) : selected;
  return filtered === given ? args : filtered;
}

function withLiveFilter(args: Arguments): Arguments {
  const where = args.where ?? {};
  if (!isObject(where) || names(where)) return args;
  return { ...args, where: { ...where, deletedAt: null } };
}

/** Whether a filter says something about deletedAt, by itself or within AND, OR and NOT. */
function names(filter: unknown): boolean {
  if (Array.isArray(filter)) return filter.some(names);
  if (!isObject(filter)) return false;
  return filter.deletedAt !== undefined || [filter.AND, filter.OR, filter.NOT].some(names);
}

function withLiveSelections(
  args: Arguments,
  model: string,
  relations: ReadonlyMap<string, Relations>,
): Arguments {
  let changed = args;
  for (const key of ['select', 'include'] as const) {
    const selection = args[key];
    if (!isObject(selection)) continue;
    const live = withLiveRelations(selection, model, relations);
    if (live !== selection) changed = { ...changed, [key]: live };
  }
  return changed;
}

function withLiveRelations(
  selection: Arguments,
  model: string,
  relations: ReadonlyMap<string, Relations>,
): Arguments {
  let changed = selection;
  for (const key in selection) {
    const given = selection[key];
    if (given === false || given === undefined || given === null) continue;
    const live =
      key === '_count' ? withLiveCounts(given, model, relations) : liveRelation(given, key, model, relations);
    if (live !== given) changed = { ...changed, [key]: live };
  }
  return changed;
}

/** A list holds live rows. The one row that a relation names is what it is: what was learnt keeps its content. */
function liveRelation(
  given: unknown,
  field: string,
  model: string,
  relations: ReadonlyMap<string, Relations>,
): unknown {
  const related = relations.get(model)?.to.get(field);
  if (related === undefined) return given;
  const args = isObject(given) ? given : {};
  const selected = withLiveSelections(args, related.model, relations);
  const live =
    related.isList && relations.get(related.model)?.deletable ? withLiveFilter(selected) : selected;
  return live === args ? given : live;
}

/** `_count: true` counts each list, and says so here. */
function withLiveCounts(given: unknown, model: string, relations: ReadonlyMap<string, Relations>): unknown {
  if (isObject(given)) {
    if (!isObject(given.select)) return given;
    const live = withLiveRelations(given.select, model, relations);
    return live === given.select ? given : { ...given, select: live };
  }
  const lists = [...(relations.get(model)?.to ?? [])].filter(([, { isList }]) => isList);
  if (!lists.some(([, to]) => relations.get(to.model)?.deletable)) return given;
  const every = Object.fromEntries(lists.map(([field]) => [field, true]));
  return { select: withLiveRelations(every, model, relations) };
}

const known = new WeakMap<DataModel, { readonly relations: ReadonlyMap<string, Relations> | undefined }>();

/** By model; undefined where no model has deletedAt. */
function relationsOf(dataModel: DataModel): ReadonlyMap<string, Relations> | undefined {
  let found = known.get(dataModel);
  if (found === undefined) {
    const all = new Map(
      Object.entries(dataModel.models).map(([model, { fields }]) => [
        model,
        {
          deletable: fields.some(({ name }) => name === 'deletedAt'),
          to: new Map(
            fields
              .filter(({ kind }) => kind === 'object')
              .map(({ name, type, isList = false }) => [name, { model: type, isList }] as const),
          ),
        },
      ]),
    );
    found = { relations: [...all.values()].some(({ deletable }) => deletable) ? all : undefined };
    known.set(dataModel, found);
  }
  return found.relations;
}

function isObject(value: unknown): value is Arguments {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
