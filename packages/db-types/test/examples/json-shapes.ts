import type { Activity, EntitlementSnapshot } from '../../src/index.js';

export function headline(activity: Activity): string {
  switch (activity.type) {
    case 'QUIZ_COMPLETED':
      return `${activity.metadata.quizTitle}: ${activity.metadata.score} of ${activity.metadata.maxScore}`;
    case 'CERTIFICATE_EARNED':
      return `Earned: ${activity.metadata.certificateTitle}`;
    default:
      return activity.type;
  }
}

/** Snapshots arrive more than once and in any order: the highest version is the present. */
export function newer(a: EntitlementSnapshot, b: EntitlementSnapshot): EntitlementSnapshot {
  return a.version >= b.version ? a : b;
}
