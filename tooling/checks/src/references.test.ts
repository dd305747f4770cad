import { crossServiceReferences, services as servicesOfDbTypes } from '@codezest/db-types';
import { type Service, services } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { allSchemas, filesBelow, read } from './repository.js';

const schemas = await allSchemas();
const columns = [...schemas].flatMap(([service, { models }]) =>
  models.flatMap((model) => model.fields.map((field) => ({ service, model, field }))),
);
const owners = new Map<string, Service>(
  [...schemas].flatMap(([service, { models }]) => models.map(({ name }) => [`${name}Id`, service] as const)),
);

/** Ids of things that have a table nowhere: they lead to no row that could go. */
const idsWithoutRow = ['AuthenticatorModelId', 'EventId', 'LeaseId', 'SessionFamilyId'];

const registered = crossServiceReferences.filter(({ store }) => store === 'postgresql');

describe('references across services', () => {
  it('are all in the registry, and the registry holds no other', () => {
    const found = columns.flatMap(({ service, model, field }) => {
      const owner = owners.get(field.typescript ?? '');
      return owner === undefined || owner === service
        ? []
        : [`${service}.${model.table}.${field.column} → ${owner}.${snakeCase(field.typescript ?? '')}`];
    });
    const known = registered
      .filter(({ by }) => by === undefined)
      .map(({ service, table, column, refersTo }) => `${service}.${table}.${column} → ${refersTo}`);

    expect(found.length).toBeGreaterThan(20);
    expect(known.sort()).toEqual(found.sort());
  });

  it('cannot hide: every id is a row of some service, and every name that looks like a person is a user', () => {
    const ids = columns.filter(({ field }) => field.typescript?.endsWith('Id'));
    const unknown = ids.filter(
      ({ field }) => !owners.has(field.typescript ?? '') && !idsWithoutRow.includes(field.typescript ?? ''),
    );
    const people = columns.filter(({ field }) => /^user_?id$|.By$/i.test(field.name));

    expect(unknown.map(({ model, field }) => `${model.name}.${field.name}`)).toEqual([]);
    expect(people.length).toBeGreaterThan(25);
    expect(people.filter(({ field }) => field.typescript !== 'UserId')).toEqual([]);
  });

  it('are found by an index when the row that they refer to goes', () => {
    for (const { service, table, column } of registered) {
      const model = schemas.get(service)?.models.find((candidate) => candidate.table === table);
      const field = model?.fields.find((candidate) => candidate.column === column);
      const leading = model?.keys.map(({ fields }) => fields[0]?.name);

      expect(leading, `${service}.${table}.${column}`).toContain(field?.name ?? 'a column of that name');
    }
  });

  it('can do what the registry says: only a column that may be null is set to null', () => {
    for (const { service, table, column, onDelete } of registered) {
      const found = columns.find(
        ({ service: of, model, field }) => of === service && model.table === table && field.column === column,
      );

      if (onDelete === 'nullify') expect(found?.field.nullable, `${service}.${table}.${column}`).toBe(true);
    }
  });

  it('in MongoDB stand in the collections that db-activity has', () => {
    const collections = crossServiceReferences.filter(({ store }) => store === 'mongodb');
    const sources = filesBelow('packages/db-activity/src/mongo', '.ts').map(read).join('\n');

    expect(collections.length).toBeGreaterThan(0);
    for (const { table, column } of collections) {
      expect(sources).toContain(`'${table}'`);
      expect(sources).toMatch(new RegExp(`\\b${column}\\b`));
    }
  });
});

it('the services are the same five everywhere', () => {
  const own: readonly Service[] = services;

  expect(servicesOfDbTypes).toEqual(own);
});

function snakeCase(brand: string): string {
  return brand
    .replace(/Id$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase();
}
