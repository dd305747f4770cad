import { activityLogs } from './activity-logs.js';
import { analyticsEvents } from './analytics-events.js';
import type { CollectionSpec } from './spec.js';

/** Every collection of this database. What is not here is not ours: `plan` reports it and leaves it alone. */
export const collectionSpecs: readonly CollectionSpec[] = [activityLogs, analyticsEvents];
