import type { UserId } from '../ids/auth.js';
import type { EventId } from '../ids/events.js';
import type { Service } from '../references/service.js';

/** auth tells every service that a user must be forgotten. Repeating it is harmless. */
export type ErasureRequest = {
  requestId: EventId;
  userId: UserId;
  /** ISO 8601 in UTC; both the request and its deadline are fixed when the user asks. */
  requestedAt: string;
  dueAt: string;
};

/** The answer of one service. auth closes the request when all of them have answered. */
export type ErasureReport = {
  requestId: EventId;
  service: Service;
  tables: ErasedRows;
};

/** How many rows or documents were deleted or overwritten, by table or collection. */
export type ErasedRows = { [table: string]: number };
