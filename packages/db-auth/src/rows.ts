import type { Session, User } from '../generated/client.js';

/** An account as queries give it: without its password hash. */
export type UserWithoutSecrets = Omit<User, 'password'>;

/** A session as queries give it: without what leads to its token. */
export type SessionWithoutSecrets = Omit<Session, 'tokenHash' | 'successorSalt'>;

/** Where a request came from. */
export interface Origin {
  /**
   * In any form that a proxy or Node gives: with a port, a zone, in brackets, IPv4 in IPv6. What holds no address is
   * stored as null.
   */
  readonly ipAddress?: string | null;
  /** What the browser calls itself; cut at 1024 characters, because it is the sender's to choose. */
  readonly userAgent?: string | null;
}
