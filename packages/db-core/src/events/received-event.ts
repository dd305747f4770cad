import { type CodezestEvent, parseEvent } from '@codezest/db-types';
import type { FailureClass } from '../retry/failure-class.js';
import type { ReceivedRow } from './received-events.js';

/** What failed with these is not about the event. */
export const PASSING: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'unavailable',
  'stale-session',
  'read-only',
  'connection-lost',
]);

/** @throws {InvalidEventError} */
export function eventOf({ erased: _, ...event }: ReceivedRow): CodezestEvent {
  return parseEvent(event);
}
