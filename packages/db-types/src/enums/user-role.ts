import { type EnumGuard, guardOf } from './guard.js';

/** What an account may do. Signed into tokens by auth, checked by every service. */
export const UserRole = {
  /** Learns. What every account starts as. */
  STUDENT: 'STUDENT',
  /** Writes content and reviews submissions. */
  INSTRUCTOR: 'INSTRUCTOR',
  /** Runs the platform. */
  ADMIN: 'ADMIN',
} as const;
export type UserRole = (typeof UserRole)[keyof typeof UserRole];

export const isUserRole: EnumGuard<UserRole> = /* @__PURE__ */ guardOf(UserRole);
