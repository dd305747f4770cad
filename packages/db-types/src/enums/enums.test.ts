import { describe, expect, expectTypeOf, it } from 'vitest';
import * as surface from '../index.js';
import { isUserRole, NotificationPriority, UserRole } from '../index.js';

// An enum object is told from everything else by its members: each one's value is its own name.
const enums = Object.entries<unknown>(surface).filter(
  (entry): entry is [string, Record<string, string>] =>
    /^[A-Z]/.test(entry[0]) && typeof entry[1] === 'object' && !Array.isArray(entry[1]),
);

describe('enums', () => {
  it('are the ones that two services use', () => {
    expect(enums.map(([name]) => name).sort()).toEqual([
      'ActivityType',
      'NotificationChannel',
      'NotificationPriority',
      'SubscriptionPlan',
      'SubscriptionStatus',
      'UserRole',
    ]);
  });

  it.each(enums)('%s: each member is its own value', (_, members) => {
    expect(Object.keys(members).length).toBeGreaterThan(1);
    expect(Object.keys(members)).toEqual(Object.values(members));
  });

  it.each(enums)('%s: the guard accepts the members and nothing else', (name, members) => {
    const exported: Record<string, unknown> = surface;
    const isMember = exported[`is${name}`] as (value: unknown) => boolean;

    for (const member of Object.values(members)) expect(isMember(member)).toBe(true);
    for (const other of [
      '',
      'toString',
      '__proto__',
      name,
      undefined,
      null,
      0,
      members,
      [...Object.values(members)],
    ]) {
      expect(isMember(other)).toBe(false);
    }
  });

  it('lists priorities from the least to the most urgent', () => {
    expect(Object.keys(NotificationPriority)).toEqual(['LOW', 'MEDIUM', 'HIGH', 'URGENT']);
  });

  it('narrows to the member type', () => {
    expectTypeOf(isUserRole).guards.toEqualTypeOf<UserRole>();
    expectTypeOf(UserRole.ADMIN).toEqualTypeOf<'ADMIN'>();
  });

  it('does not take the role USER of older tokens for a role', () => {
    expect(isUserRole('USER')).toBe(false);
  });
});
