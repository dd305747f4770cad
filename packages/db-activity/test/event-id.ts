import { randomBytes } from 'node:crypto';
import type { AnalyticsEventId, UserActivityId } from '@codezest/db-types';

/** A UUID version 7 of that time, to the millisecond. */
export function eventIdAt(time: Date): UserActivityId & AnalyticsEventId {
  const time48 = time.getTime().toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  const id = `${time48.slice(0, 8)}-${time48.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
  return id as UserActivityId & AnalyticsEventId;
}
