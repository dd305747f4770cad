import { randomUUID } from 'node:crypto';
import type { EventId, UserId } from '@codezest/db-types';
import type { NewActivityLog, NewAnalyticsEventDocument } from '../../src/mongo/record.js';

export const ada = '01900000-0000-7000-8000-000000000001' as UserId;
export const ben = '01900000-0000-7000-8000-000000000002' as UserId;

export function newEventId(): EventId {
  return randomUUID() as EventId;
}

export function loggedIn(changes: Partial<NewActivityLog> = {}): NewActivityLog {
  return {
    id: newEventId(),
    userId: ada,
    action: 'auth.logged_in',
    ip: '2001:db8::1',
    userAgent: 'Firefox',
    metadata: { method: 'password' },
    at: new Date('2026-10-01T12:00:00Z'),
    ...changes,
  };
}

export function videoPaused(changes: Partial<NewAnalyticsEventDocument> = {}): NewAnalyticsEventDocument {
  return {
    id: newEventId(),
    eventName: 'lesson.video_paused',
    userId: ada,
    sessionId: 'browser-1',
    properties: { second: 12 },
    at: new Date('2026-10-01T12:00:00Z'),
    ...changes,
  };
}
