import { type EnumGuard, guardOf } from './guard.js';

/** What a service reports to the activity feed. */
export const ActivityType = {
  USER_JOINED: 'USER_JOINED',
  LANGUAGE_ENROLLED: 'LANGUAGE_ENROLLED',
  MODULE_STARTED: 'MODULE_STARTED',
  MODULE_COMPLETED: 'MODULE_COMPLETED',
  MATERIAL_COMPLETED: 'MATERIAL_COMPLETED',
  ASSIGNMENT_SUBMITTED: 'ASSIGNMENT_SUBMITTED',
  ASSIGNMENT_GRADED: 'ASSIGNMENT_GRADED',
  QUIZ_COMPLETED: 'QUIZ_COMPLETED',
  CERTIFICATE_EARNED: 'CERTIFICATE_EARNED',
  BADGE_EARNED: 'BADGE_EARNED',
  SUBSCRIPTION_CHANGED: 'SUBSCRIPTION_CHANGED',
} as const;
export type ActivityType = (typeof ActivityType)[keyof typeof ActivityType];

export const isActivityType: EnumGuard<ActivityType> = /* @__PURE__ */ guardOf(ActivityType);
