import { type EventId, type UserId, userDeleted } from '@codezest/db-types';
import { ErasureWaitsError } from '../erasure/errors.js';
import { failureClass } from '../retry/failure-class.js';
import { type QueryingClient, rowOf, rowsOf } from '../sql/statement.js';
import type { Consumer } from './consumer.js';
import { eventOf, PASSING } from './received-event.js';
import { leaseDeletions, markEvents, mayErase } from './received-events.js';

interface Deletion {
  readonly eventId: EventId;
  readonly userId: UserId;
}

interface Erasing {
  /** How many people at most. */
  readonly limit: number;
  readonly beforeErasure: ((userId: UserId) => Promise<unknown>) | undefined;
  /** Notes that an event failed, or throws where the database is away. */
  readonly fail: (id: string, error: unknown, attempts: number) => Promise<void>;
}

/** A consumer that was killed during an erasure costs no more than this. */
const LEASE_SECONDS = 60;
/** Who share each statement: enough that a statement per table costs little, few enough that none takes long. */
const PEOPLE_AT_ONCE = 100;
/** An erasure is owed until it is done, such as behind a subscription that the provider still has to end. */
const FOREVER = 2_147_483_647;

/**
 * Erases people who were deleted, and gives their number. Leaves deletions alone where the caller may not erase: they stay for
 * a process that runs as the owner.
 */
export async function eraseDeleted(
  client: QueryingClient,
  consumer: Consumer<never>,
  { limit, beforeErasure, fail }: Erasing,
): Promise<number> {
  if (!(await rowOf(client, mayErase, []))?.may) return 0;
  const failAll = async (people: readonly Deletion[], error: unknown): Promise<void> => {
    for (const { eventId } of people) await fail(eventId, error, FOREVER);
  };
  const erase = async (people: readonly Deletion[]): Promise<number> => {
    try {
      const { refused } = await consumer.erase(
        client,
        people.map(({ eventId, userId }) => ({ requestId: eventId, userId })),
      );
      const gone = people.filter(({ userId }) => !refused.has(userId));
      // The erasure took what the inbox contains about the people, these events included.
      await rowsOf(client, markEvents, [[], gone.map(({ eventId }) => eventId)]);
      for (const person of people)
        if (refused.has(person.userId)) await failAll([person], refused.get(person.userId));
      return gone.length;
    } catch (error) {
      // Who comes next would wait for the same transaction.
      const isAboutOne = !(PASSING.has(failureClass(error)) || error instanceof ErasureWaitsError);
      if (isAboutOne && people.length > 1) {
        let erased = 0;
        for (const person of people) erased += await erase([person]);
        return erased;
      }
      await failAll(people, error);
      return 0;
    }
  };

  let erased = 0;
  for (let left = limit; left > 0; ) {
    const rows = await rowsOf(client, leaseDeletions, [
      userDeleted.version,
      LEASE_SECONDS,
      Math.min(left, PEOPLE_AT_ONCE),
    ]);
    if (rows.length === 0) return erased;
    left -= rows.length;
    const people: Deletion[] = [];
    await Promise.all(
      rows.map(async (row) => {
        try {
          const { id, payload } = eventOf(row) as { id: EventId; payload: { userId: UserId } };
          await beforeErasure?.(payload.userId);
          people.push({ eventId: id, userId: payload.userId });
        } catch (error) {
          await fail(row.id, error, FOREVER);
        }
      }),
    );
    // Told twice, they are one person.
    const once = new Map(people.map((person) => [person.userId, person]));
    const again = people.filter((person) => once.get(person.userId) !== person);
    if (once.size > 0) erased += await erase([...once.values()]);
    for (const person of again) erased += await erase([person]);
  }
  return erased;
}
