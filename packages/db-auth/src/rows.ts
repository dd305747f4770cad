import type { Session, User } from '../generated/client.js';

/** An account as queries give it: without its password hash. */
export type UserWithoutSecrets = Omit<User, 'password'>;

/** A session as queries give it: without the hash of its token. */
export type SessionWithoutSecrets = Omit<Session, 'tokenHash'>;

/** Where a request came from. */
export interface Origin {
  readonly ipAddress?: string | null;
  /** What the browser calls itself; cut at 1024 characters, because it is the sender's to choose. */
  readonly userAgent?: string | null;
}
