import { activityReferences } from './activity.js';
import { learningReferences } from './learning.js';
import { notificationsReferences } from './notifications.js';
import { paymentsReferences } from './payments.js';
import type { CrossServiceReference } from './reference.js';

/**
 * Every reference that crosses a service border. Erasure, export and reconciliation walk this list, so a column that is
 * missing here is personal data that nobody deletes: a check compares it with the schemas in both directions.
 *
 * auth has none. It owns the users, and inside its database foreign keys do the work.
 */
export const crossServiceReferences: readonly CrossServiceReference[] = [
  ...learningReferences,
  ...paymentsReferences,
  ...notificationsReferences,
  ...activityReferences,
];
