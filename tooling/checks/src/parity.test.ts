import * as dbTypes from '@codezest/db-types';
import type { Service } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { allSchemas } from './repository.js';

// Prisma's schemas cannot import from each other, so each service repeats the enums it stores.
const shared = Object.entries<unknown>(dbTypes).flatMap(([name, value]) =>
  isEnum(value) ? [[name, Object.keys(value)] as const] : [],
);
const schemas = await allSchemas();
const declared = [...schemas].flatMap(([service, { enums }]) =>
  enums.map(({ name, members }) => ({ service, name, members: members.map((member) => member.name) })),
);

describe('enums that cross services', () => {
  it('are stored where they belong', () => {
    const storedBy: Record<string, Service[]> = {
      UserRole: ['auth'],
      SubscriptionPlan: ['payments'],
      SubscriptionStatus: ['payments'],
      NotificationChannel: ['notifications'],
      NotificationPriority: ['notifications'],
      ActivityType: ['activity'],
    };

    expect(shared.map(([name]) => name).sort()).toEqual(Object.keys(storedBy).sort());
    for (const [name, expected] of Object.entries(storedBy)) {
      const found = declared.filter((copy) => copy.name === name).map(({ service }) => service);
      expect(found, name).toEqual(expect.arrayContaining(expected));
    }
  });

  it.each(shared)('%s has the same members in the same order everywhere', (name, members) => {
    const copies = declared.filter((copy) => copy.name === name);

    expect(copies.length).toBeGreaterThan(0);
    for (const copy of copies) expect(copy.members, `in db-${copy.service}`).toEqual(members);
  });

  it('are all in db-types: no other enum stands in two schemas', () => {
    const names = declared.map(({ name }) => name);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);

    expect(declared.length).toBeGreaterThan(20);
    expect(twice.filter((name) => !shared.some(([known]) => known === name))).toEqual([]);
  });
});

function isEnum(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([key, member]) => key === member);
}
