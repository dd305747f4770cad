import {
  after,
  DAY,
  HOUR,
  type Person,
  Random,
  type SeedContext,
  type SeedRow,
  seedId,
} from '@codezest/db-core/seed';
import { accountOf } from './account.js';

/** No token leads to these hashes: they are random, and all but the open verifications are consumed. */
export async function seedOneTimeTokens({ insert, people }: SeedContext): Promise<void> {
  await insert('email_verifications', verificationRows(people()));
  await insert('password_resets', resetRows(people()));
}

function* verificationRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    const { hasPassword, verifiedAt } = accountOf(person);
    if (!hasPassword) continue;
    yield {
      id: seedId('EmailVerification', person.index, person.joinedAt),
      user_id: person.id,
      purpose: 'ADDRESS',
      email: person.email,
      token_hash: `\\x${new Random('verification', person.index).hex(32)}`,
      expires_at: after(person.joinedAt, DAY),
      consumed_at: verifiedAt,
      created_at: person.joinedAt,
      updated_at: verifiedAt ?? person.joinedAt,
    };
  }
}

function* resetRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    for (const { askedAt, consumedAt, device } of accountOf(person).passwordResets) {
      const key = `${person.index}/${askedAt.getTime()}`;
      yield {
        id: seedId('PasswordReset', key, askedAt),
        user_id: person.id,
        email: person.email,
        token_hash: `\\x${new Random('reset', key).hex(32)}`,
        expires_at: after(askedAt, HOUR),
        consumed_at: consumedAt,
        ip_address: device.ipAddress,
        user_agent: device.userAgent,
        created_at: askedAt,
        updated_at: consumedAt,
      };
    }
  }
}
