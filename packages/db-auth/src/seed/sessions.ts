import {
  after,
  DAY,
  type Person,
  Random,
  SEED_NOW,
  type SeedContext,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import { accountOf, type Login } from './account.js';

const sessionLife = 30 * DAY;
const loginLife = 90 * DAY;

export async function seedSessions({ insert, people }: SeedContext): Promise<void> {
  await insert('sessions', sessionRows(people()));
}

export async function seedLoginHistory({ insert, people }: SeedContext): Promise<void> {
  await insert('login_history', loginRows(people()));
}

/** A family per login whose sessions have not expired: those that have are deleted every hour. */
function* sessionRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    const { logins, suspendedAt } = accountOf(person);
    for (const [number, login] of logins.entries()) {
      if (login.success && SEED_NOW.getTime() - login.at.getTime() < sessionLife) {
        yield* familyRows(person, number, login, suspendedAt);
      }
    }
  }
}

/** A refresh every few days, each revoking the session before it. */
function* familyRows(
  person: Person,
  number: number,
  login: Login,
  suspendedAt: Date | null,
): Generator<SeedRow> {
  const key = `${person.index}/${number}`;
  const random = new Random('session', key);
  const refreshes = random.int(0, 3);
  let startedAt = login.at;
  for (let generation = 0; generation <= refreshes; generation += 1) {
    const nextAt = after(startedAt, random.between(1, 4) * DAY);
    const isLast = generation === refreshes || nextAt >= (suspendedAt ?? SEED_NOW);
    const end = isLast
      ? suspendedAt
        ? { at: suspendedAt, reason: 'ACCOUNT_SUSPENDED' }
        : null
      : { at: nextAt, reason: 'ROTATED' };
    yield {
      id: seedId('Session', `${key}/${generation}`, startedAt),
      user_id: person.id,
      token_hash: `\\x${random.hex(32)}`,
      family_id: seedId('SessionFamily', key, login.at),
      login_method: login.method,
      expires_at: after(startedAt, sessionLife),
      family_expires_at: after(login.at, loginLife),
      last_used_at: end?.at ?? startedAt,
      ip_address: login.device.ipAddress,
      user_agent: login.device.userAgent,
      revoked_at: end?.at,
      revoked_reason: end?.reason,
      created_at: startedAt,
      updated_at: end?.at ?? startedAt,
    };
    if (isLast) return;
    startedAt = nextAt;
  }
}

function* loginRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const [number, { at, success, device }] of accountOf(person).logins.entries()) {
      yield {
        id: seedId('LoginHistory', `${person.index}/${number}`, at),
        user_id: person.id,
        success,
        ip_address: device.ipAddress,
        user_agent: device.userAgent,
        location: `${person.city}, ${person.country}`,
        created_at: at,
      };
    }
  }
}
