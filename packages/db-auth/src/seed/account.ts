import { after, DAY, HOUR, MINUTE, type Person, Random, SEED_NOW } from '@codezest/db-core/seed';
import type { LoginMethod, OAuthProvider } from '../../generated/enums.js';

/** What happened to a person's account until `SEED_NOW`; every step of the seed derives its rows from this. */
export interface Account {
  readonly providers: readonly OAuthProvider[];
  readonly hasPassword: boolean;
  /** Null for who never followed the link. */
  readonly verifiedAt: Date | null;
  readonly suspendedAt: Date | null;
  /** Oldest first. */
  readonly logins: readonly Login[];
  /** Oldest first. After two wrong passwords people ask for a new one. */
  readonly passwordResets: readonly PasswordReset[];
}

export interface PasswordReset {
  readonly askedAt: Date;
  readonly consumedAt: Date;
  readonly device: Device;
}

export interface Login {
  readonly at: Date;
  readonly success: boolean;
  readonly method: LoginMethod;
  readonly device: Device;
}

export interface Device {
  /** From the ranges that RFC 5737 and RFC 3849 keep for examples: nobody's address. */
  readonly ipAddress: string;
  readonly userAgent: string;
}

const daysBetweenLogins = { explorer: 30, casual: 16, steady: 12, intense: 8, staff: 6 };

/** Pure, so that steps that each compute it agree. People with a name of their own log in with their password. */
export function accountOf(person: Person): Account {
  const random = new Random('account', person.index);
  const isNamed = person.email.endsWith('@codezest.test');
  const providers: OAuthProvider[] = [];
  if (!isNamed && random.chance(0.22)) providers.push('GITHUB');
  if (!isNamed && random.chance(0.16)) providers.push('GOOGLE');
  const hasPassword = providers.length === 0 || random.chance(0.5);
  const verified = !hasPassword || isNamed || random.chance(0.93);
  const suspended = !isNamed && person.role === 'STUDENT' && random.chance(0.005);
  const suspendedAt = suspended ? between(random, person.joinedAt, SEED_NOW) : null;

  return {
    providers,
    hasPassword,
    verifiedAt: verified ? after(person.joinedAt, random.between(MINUTE, 3 * HOUR)) : null,
    suspendedAt,
    ...loginsOf(person, hasPassword, suspendedAt ?? SEED_NOW),
  };
}

function loginsOf(
  person: Person,
  hasPassword: boolean,
  until: Date,
): Pick<Account, 'logins' | 'passwordResets'> {
  const random = new Random('logins', person.index);
  const devices = Array.from({ length: random.int(1, 3) }, () => deviceOf(random));
  const logins: Login[] = [];
  const passwordResets: PasswordReset[] = [];
  let at = after(person.joinedAt, random.between(3 * HOUR, 5 * HOUR));
  while (at < until) {
    const device = random.pick(devices);
    const mistakes = hasPassword ? Number(random.weighted({ 0: 88, 1: 9, 2: 3 })) : 0;
    for (let left = mistakes; left > 0; left -= 1) {
      logins.push({ at: after(at, -left * 20_000), success: false, method: 'PASSWORD', device });
    }
    if (mistakes === 2) {
      passwordResets.push({ askedAt: after(at, -15_000), consumedAt: after(at, -3_000), device });
    }
    logins.push({ at, success: true, method: hasPassword ? 'PASSWORD' : 'OAUTH', device });
    at = after(at, Math.max(HOUR, random.normal(1, 0.3) * daysBetweenLogins[person.persona] * DAY));
  }
  return { logins, passwordResets };
}

const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
];

function deviceOf(random: Random): Device {
  const ipAddress = random.chance(0.3)
    ? `2001:db8:${random.int(0, 0xffff).toString(16)}::${random.int(1, 0xffff).toString(16)}`
    : `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.int(1, 254)}`;
  return { ipAddress, userAgent: random.pick(userAgents) };
}

function between(random: Random, from: Date, to: Date): Date {
  return after(from, random.between(0, to.getTime() - from.getTime()));
}
