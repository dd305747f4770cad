import { createHash } from 'node:crypto';
import { type Document, WriteConcern } from 'mongodb';
import { writeConcern } from './client.js';
import { SpecConflictError } from './errors.js';
import type { CollectionSpec, IndexSpec } from './spec.js';

/** What a database has, as `listCollections`, `listIndexes` and our own records tell it. */
export interface DatabaseState {
  readonly collections: readonly CollectionState[];
  readonly applied: readonly AppliedSpec[];
}

export interface CollectionState {
  readonly name: string;
  readonly options: Document;
  readonly indexes: readonly Document[];
}

/** A document of `_collection_specs`: which spec a collection has, and since which release which index is hidden. */
export interface AppliedSpec {
  readonly _id: string;
  readonly version: number;
  readonly hash: string;
  readonly hidden?: readonly { readonly index: string; readonly release: string }[];
}

export interface PlannedCommand {
  readonly collection: string;
  /** For a person. */
  readonly purpose: string;
  /** Exactly what is sent. */
  readonly command: Document;
}

export interface Plan {
  readonly commands: readonly PlannedCommand[];
  /** What the plan leaves alone, and why. */
  readonly notices: readonly string[];
}

export interface PlanOptions {
  /** The release that plans: an index is dropped only by a later one than the one that hid it. */
  readonly release: string;
  /** Drop indexes that an earlier release has hidden. */
  readonly prune?: boolean;
}

/** Our records in the database, and the lock of `sync`. */
export const recordsCollection = '_collection_specs';

/**
 * The commands that make a database what the specs say; none when it is that already. Pure: the same state gives the
 * same plan. Collections are never dropped, and an index only when it has been hidden for a release and `prune` is asked
 * for: a hidden one comes back at once when some query misses it.
 *
 * @throws {SpecConflictError}
 */
export function plan(
  specs: readonly CollectionSpec[],
  state: DatabaseState,
  { release, prune = false }: PlanOptions,
): Plan {
  const commands: PlannedCommand[] = [];
  const notices: string[] = [];

  for (const spec of specs) {
    const existing = state.collections.find(({ name }) => name === spec.name);
    const applied = state.applied.find(({ _id }) => _id === spec.name);
    refuseOlder(spec, applied);
    const add = (purpose: string, command: Document): void => {
      // By the driver: the server has other names for the same, and refuses a field that it does not know.
      commands.push({
        collection: spec.name,
        purpose,
        command: WriteConcern.apply({ ...command }, writeConcern),
      });
    };

    planValidator(spec, existing, add);
    planIndexes(spec, existing?.indexes ?? [], add);
    const hidden = planUnknownIndexes(
      spec,
      existing?.indexes ?? [],
      applied,
      { release, prune },
      add,
      notices,
    );
    planRecord(spec, applied, hidden, add);
  }

  const known = new Set([recordsCollection, ...specs.map(({ name }) => name)]);
  for (const { name } of state.collections) {
    if (!known.has(name) && !name.startsWith('system.'))
      notices.push(`collection ${name} is none of ours and stays as it is`);
  }
  return { commands, notices };
}

type Add = (purpose: string, command: Document) => void;

export function validatorOf({ schema }: CollectionSpec): Document {
  return {
    validator: { $jsonSchema: schema },
    validationLevel: 'strict',
    validationAction: 'error',
  };
}

/** Same content, same hash, whatever the order of keys. */
export function hashOf({ schema, indexes }: CollectionSpec): string {
  const described = indexes.map(({ serves: _, ...index }) => index);
  // The order of an index's keys is content.
  const keys = indexes.map(({ key }) => Object.keys(key));
  return createHash('sha256').update(canonical({ schema, described, keys })).digest('hex');
}

function planValidator(spec: CollectionSpec, existing: CollectionState | undefined, add: Add): void {
  const wanted = validatorOf(spec);
  if (existing === undefined) {
    add(`create the collection, version ${spec.version}`, { create: spec.name, ...wanted });
    return;
  }
  const { validator, validationLevel, validationAction } = existing.options;
  // The server leaves out what is its default.
  const present = {
    validator,
    validationLevel: validationLevel ?? 'strict',
    validationAction: validationAction ?? 'error',
  };
  if (canonical(present) !== canonical(wanted))
    add(`validate by version ${spec.version}`, { collMod: spec.name, ...wanted });
}

function planIndexes(spec: CollectionSpec, present: readonly Document[], add: Add): void {
  for (const index of spec.indexes) {
    const { serves, ...definition } = index;
    const same = present.find(({ name }) => name === index.name);
    const twin = present.find((other) => other.name !== index.name && shapeOf(other) === shapeOf(index));
    if (same === undefined && twin !== undefined)
      throw new SpecConflictError(
        'MONGODB_INDEX_CONFLICT',
        `${spec.name} has the index ${index.name} under another name, ${String(twin.name)}, and MongoDB keeps no two alike. Drop that one.`,
      );
    if (same === undefined) {
      add(`create the index ${index.name}: ${serves}`, { createIndexes: spec.name, indexes: [definition] });
      continue;
    }
    if (shapeOf(same) !== shapeOf(index))
      throw new SpecConflictError(
        'MONGODB_INDEX_CONFLICT',
        `${spec.name} has another index under the name ${index.name}. A changed index needs a new name; the old one is hidden then, and dropped later.`,
      );
    const { expireAfterSeconds } = index;
    if (expireAfterSeconds !== undefined && same.expireAfterSeconds !== expireAfterSeconds)
      add(`expire by ${index.name}`, {
        collMod: spec.name,
        index: { name: index.name, expireAfterSeconds },
      });
    if (same.hidden === true)
      add(`show the index ${index.name} again`, {
        collMod: spec.name,
        index: { name: index.name, hidden: false },
      });
  }
}

/** Indexes that no spec knows. Returns those that stay hidden, with the release that hid each. */
function planUnknownIndexes(
  spec: CollectionSpec,
  present: readonly Document[],
  applied: AppliedSpec | undefined,
  { release, prune }: Required<PlanOptions>,
  add: Add,
  notices: string[],
): NonNullable<AppliedSpec['hidden']> {
  const hidden: { index: string; release: string }[] = [];
  const ours = new Set(['_id_', ...spec.indexes.map(({ name }) => name)]);
  for (const { name, hidden: isHidden } of present) {
    const index = String(name);
    if (ours.has(index)) continue;
    const hiddenBy = applied?.hidden?.find((entry) => entry.index === index)?.release ?? release;
    if (isHidden !== true) {
      add(`hide the index ${index}, which no query of ours needs`, {
        collMod: spec.name,
        index: { name: index, hidden: true },
      });
      hidden.push({ index, release });
    } else if (prune && hiddenBy !== release) {
      add(`drop the index ${index}, hidden since ${hiddenBy}`, { dropIndexes: spec.name, index });
    } else {
      notices.push(
        `${spec.name}: index ${index} is hidden since ${hiddenBy}; a later release drops it with --prune`,
      );
      hidden.push({ index, release: hiddenBy });
    }
  }
  return hidden;
}

function planRecord(
  spec: CollectionSpec,
  applied: AppliedSpec | undefined,
  hidden: NonNullable<AppliedSpec['hidden']>,
  add: Add,
): void {
  const { name, version } = spec;
  const wanted = { version, hash: hashOf(spec), hidden };
  const { version: appliedVersion, hash, hidden: appliedHidden = [] } = applied ?? {};
  if (canonical({ version: appliedVersion, hash, hidden: appliedHidden }) === canonical(wanted)) return;
  add(`record version ${version}`, {
    update: recordsCollection,
    updates: [{ q: { _id: name }, u: { $set: wanted, $currentDate: { appliedAt: true } }, upsert: true }],
  });
}

function refuseOlder(spec: CollectionSpec, applied: AppliedSpec | undefined): void {
  if (applied === undefined || applied.version < spec.version) return;
  if (applied.version > spec.version)
    throw new SpecConflictError(
      'MONGODB_SPEC_OLDER',
      `${spec.name} has version ${applied.version}, this release brings ${spec.version}. Use the newer release.`,
    );
  if (applied.hash !== hashOf(spec))
    throw new SpecConflictError(
      'MONGODB_SPEC_CHANGED',
      `${spec.name} has another version ${spec.version} than this release. A changed spec needs a new version.`,
    );
}

/** What makes two indexes the same to MongoDB, whatever they are called. The order of the keys matters. */
function shapeOf(index: IndexSpec | Document): string {
  const {
    key,
    unique = false,
    sparse = false,
    partialFilterExpression = null,
    collation = null,
  } = index as Document;
  return canonical({ key: Object.entries(key), unique, sparse, partialFilterExpression, collation });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
