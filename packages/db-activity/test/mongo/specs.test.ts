import { crossServiceReferences } from '@codezest/db-types';
import { describe, expect, it } from 'vitest';
import { collectionSpecs } from '../../src/mongo/collections.js';
import { holdsUsers } from '../../src/mongo/erase.js';
import { hashOf } from '../../src/mongo/plan.js';

/** Longest time that a document with something personal may be kept, in days. */
const retentionPolicy = 400;

/** Fields that tell something of a person, wherever they turn up. */
const personal = /^(?:userId|sessionId|ip|userAgent|email|metadata|properties|resourceId)$/;

it('there are two collections', () => {
  expect(collectionSpecs.map(({ name }) => name)).toEqual(['activity_logs', 'analytics_events']);
});

it('a spec that changes gets a new version: raise it, and pin what it is now', () => {
  expect(collectionSpecs.map((spec) => [spec.name, spec.version, hashOf(spec).slice(0, 16)])).toEqual([
    ['activity_logs', 1, '9767afc1ac126b65'],
    ['analytics_events', 1, '6b386db90ba20f46'],
  ]);
});

describe.each(collectionSpecs)('$name', (spec) => {
  const fields = Object.keys(spec.schema.properties ?? {});

  it('refuses what it does not know, and has its id, version and times', () => {
    expect(spec.schema.additionalProperties).toBe(false);
    expect(spec.schema.required).toEqual(expect.arrayContaining(['_id', 'schemaVersion', 'at', 'expireAt']));
    expect(spec.schema.properties?.schemaVersion?.enum).toEqual([spec.version]);
    expect(spec.schema.properties?._id?.bsonType).toBe('string');
  });

  it('has a registry entry for every personal field, and none for another', () => {
    const found = fields.filter((field) => personal.test(field));

    expect(found.length).toBeGreaterThan(2);
    expect(spec.personalData.map(({ field }) => field).sort()).toEqual(found.sort());
  });

  it('expires, within the policy', () => {
    const expiring = spec.indexes.filter((index) => index.expireAfterSeconds === 0);

    expect(expiring.map(({ key }) => key)).toEqual([{ expireAt: 1 }]);
    expect(spec.retentionDays).toBeGreaterThan(0);
    expect(spec.retentionDays).toBeLessThanOrEqual(retentionPolicy);
  });

  it('names its indexes after itself and says what each serves', () => {
    expect(spec.indexes.length).toBeGreaterThan(1);
    for (const { name, serves, key } of spec.indexes) {
      expect(name).toMatch(new RegExp(`^${spec.name}_[a-z_]+_idx$`));
      expect(serves).toMatch(/\(\w+\)|by the server/);
      expect(fields).toEqual(expect.arrayContaining(Object.keys(key)));
    }
  });

  it('has no index that begins another one', () => {
    const keys = spec.indexes.map(({ key }) => JSON.stringify(Object.entries(key)).slice(0, -1));
    const redundant = keys.filter((key, at) =>
      keys.some((other, place) => place !== at && other.startsWith(key)),
    );

    expect(redundant).toEqual([]);
  });
});

it('the references to users that other services know of are those that erasure reaches', () => {
  const known = crossServiceReferences
    .filter(
      ({ service, store, refersTo }) =>
        service === 'activity' && store === 'mongodb' && refersTo === 'auth.user',
    )
    .map(({ table }) => table);

  expect(known.length).toBeGreaterThan(0);
  expect(known.sort()).toEqual(
    collectionSpecs
      .filter(holdsUsers)
      .map(({ name }) => name)
      .sort(),
  );
});
