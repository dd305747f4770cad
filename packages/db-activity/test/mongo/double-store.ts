import { type Document, Long } from 'bson';

interface StoredCollection {
  options: Document;
  indexes: Document[];
  documents: Map<unknown, Document>;
}

/** The commands that this package sends, on maps. No validators, no order, no plans: a real server is for those. */
export class DoubleStore {
  readonly collections = new Map<string, StoredCollection>();

  run(name: string, command: Document): Document {
    const run = this.#commands[name];
    if (run === undefined)
      return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: ${name}` };
    return { ok: 1, ...run(command) };
  }

  documents(collection: string): Document[] {
    return [...(this.collections.get(collection)?.documents.values() ?? [])];
  }

  readonly #commands: Record<string, (command: Document) => Document> = {
    listCollections: () =>
      cursor([...this.collections].map(([name, { options }]) => ({ name, type: 'collection', options }))),
    listIndexes: ({ listIndexes }) => cursor(this.#collection(listIndexes).indexes),
    create: ({ create, validator, validationLevel, validationAction }) => {
      this.#collection(create).options = { validator, validationLevel, validationAction };
      return {};
    },
    createIndexes: ({ createIndexes, indexes }) => {
      this.#collection(createIndexes).indexes.push(...indexes);
      return {};
    },
    dropIndexes: ({ dropIndexes, index }) => {
      const collection = this.#collection(dropIndexes);
      collection.indexes = collection.indexes.filter(({ name }) => name !== index);
      return {};
    },
    collMod: ({ collMod, index, validator, validationLevel, validationAction }) => {
      const collection = this.#collection(collMod);
      if (validator) collection.options = { validator, validationLevel, validationAction };
      const changed = collection.indexes.find(({ name }) => name === index?.name);
      if (changed) Object.assign(changed, index);
      return {};
    },
    insert: ({ insert, documents }) => {
      const stored = this.#collection(insert).documents;
      const writeErrors = (documents as Document[]).flatMap((document, index) => {
        if (stored.has(document._id)) return [{ index, ...duplicate(insert) }];
        stored.set(document._id, document);
        return [];
      });
      return { n: documents.length - writeErrors.length, ...(writeErrors.length > 0 ? { writeErrors } : {}) };
    },
    delete: ({ delete: name, deletes }) => {
      const stored = this.#collection(name).documents;
      const n = (deletes as Document[]).filter(({ q }) =>
        [...stored.values()].some((document) => matches(document, q) && stored.delete(document._id)),
      ).length;
      return { n };
    },
    update: ({ update, updates }) => {
      for (const { q, u } of updates) this.#set(update, q, u.$set);
      return { n: updates.length, nModified: updates.length };
    },
    findAndModify: ({ findAndModify, query, update }) => {
      const stored = this.#collection(findAndModify).documents;
      const found = [...stored.values()].find((document) => matches(document, query));
      if (!found && stored.has(query._id)) return { ok: 0, ...duplicate(findAndModify) };
      this.#set(findAndModify, { _id: query._id }, update.$set);
      return { value: found ?? null };
    },
    find: ({ find, filter, limit = 0 }) => {
      const found = this.documents(find).filter((document) => matches(document, filter));
      return cursor(limit > 0 ? found.slice(0, limit) : found);
    },
    aggregate: () => cursor([]),
  };

  #collection(name: string): StoredCollection {
    const known = this.collections.get(name);
    if (known) return known;
    const made = { options: {}, indexes: [{ v: 2, key: { _id: 1 }, name: '_id_' }], documents: new Map() };
    this.collections.set(name, made);
    return made;
  }

  #set(collection: string, query: Document, set: Document): void {
    const stored = this.#collection(collection).documents;
    stored.set(query._id, { ...stored.get(query._id), _id: query._id, ...set });
  }
}

function cursor(firstBatch: Document[]): Document {
  return { cursor: { id: Long.ZERO, ns: 'activity_double.any', firstBatch } };
}

function duplicate(collection: string): Document {
  return { code: 11_000, errmsg: `E11000 duplicate key error collection: ${collection} index: _id_ dup key` };
}

const comparisons: Record<string, (value: unknown, wanted: never) => boolean> = {
  $in: (value, wanted: unknown[]) => wanted.includes(value),
  $lt: (value, wanted: Date) => value !== undefined && (value as Date) < wanted,
  $gte: (value, wanted: Date) => value !== undefined && (value as Date) >= wanted,
};

function matches(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([field, wanted]) => {
    if (field === '$and') return wanted.every((each: Document) => matches(document, each));
    const operator = typeof wanted === 'object' && wanted !== null ? Object.keys(wanted)[0] : undefined;
    const compare = operator === undefined ? undefined : comparisons[operator];
    return compare
      ? compare(document[field], wanted[operator as string] as never)
      : document[field] === wanted;
  });
}
