import { type Person, Random, type SeedContext, type SeedRow, seedId } from '@codezest/db-core/seed';
import { accountOf } from './account.js';

/**
 * argon2id of `learn-to-code`, the password of everybody who has one: a seed is for looking around, and it refuses
 * production. One hash for all, because each of their own would take 20 ms.
 */
const passwordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$Y29kZXplc3Qtc2VlZC0xNg$DHKN2pIk1dO9YsFGf75aeDX3lVJ9eWog52o1VoxuewU';

/** Both tables in one transaction: who has no password must have an OAuth account by its end. */
export async function seedAccounts({ insert, people }: SeedContext): Promise<void> {
  await insert('users', userRows(people()));
  await insert('oauth_accounts', oauthRows(people()));
}

function* userRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    const { hasPassword, verifiedAt, suspendedAt, logins, passwordResets } = accountOf(person);
    const lastLogin = logins.findLast(({ success }) => success);
    yield {
      id: person.id,
      email: person.email,
      password: hasPassword ? passwordHash : null,
      first_name: person.firstName,
      last_name: person.lastName,
      username: person.username,
      role: person.role,
      email_verified: verifiedAt !== null,
      is_active: true,
      is_suspended: suspendedAt !== null,
      suspended_at: suspendedAt,
      suspended_reason: suspendedAt && 'Advertising in the comments',
      last_login_at: lastLogin?.at,
      last_login_ip: lastLogin?.device.ipAddress,
      login_attempts: 0,
      password_changed_at: hasPassword ? (passwordResets.at(-1)?.consumedAt ?? person.joinedAt) : null,
      must_change_password: false,
      two_factor_enabled: false,
      created_at: person.joinedAt,
      updated_at: suspendedAt ?? lastLogin?.at ?? verifiedAt ?? person.joinedAt,
    };
  }
}

function* oauthRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    const { providers, verifiedAt } = accountOf(person);
    for (const provider of providers) {
      yield {
        id: seedId('OAuthAccount', `${person.index}/${provider}`, person.joinedAt),
        user_id: person.id,
        provider,
        provider_id: String(
          new Random('provider', provider, person.index).int(10_000_000, 99_999_999) * 100_000 + person.index,
        ),
        provider_email: person.email,
        proven_at: verifiedAt,
        created_at: person.joinedAt,
        updated_at: person.joinedAt,
      };
    }
  }
}
