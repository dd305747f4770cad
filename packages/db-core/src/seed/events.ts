import type { Person } from './people.js';
import type { SeedContext, SeedStep } from './run-seed.js';

const PEOPLE_PER_STATEMENT = 1_000;

/**
 * The last step of a service that tells others something: its rows told of people whom the seeds of the others have already,
 * so nothing of it is to be delivered. Events of others than the cast stay.
 */
export const untoldEvents: SeedStep = {
  name: 'events',
  commit: 'batch',
  async run({ pool, people }: SeedContext): Promise<void> {
    for (const cast of inParts(people()))
      await pool.query(`DELETE FROM outbox WHERE payload ->> 'userId' = ANY($1::text[])`, [
        cast.map(({ id }) => id),
      ]);
  },
};

function* inParts(people: Iterable<Person>): Generator<Person[]> {
  let part: Person[] = [];
  for (const person of people) {
    part.push(person);
    if (part.length < PEOPLE_PER_STATEMENT) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
