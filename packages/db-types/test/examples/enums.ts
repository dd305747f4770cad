import { isUserRole, UserRole } from '../../src/index.js';

export function roleOf(token: { role?: unknown }): UserRole {
  // A token comes from outside: only the guard makes a role of it.
  if (!isUserRole(token.role)) throw new Error('This token names no role.');
  return token.role;
}

export const maySeeDrafts = (role: UserRole) => role !== UserRole.STUDENT;
