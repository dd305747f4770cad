import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { CodezestDbError } from '../errors/base-error.js';

const ITERATIONS = 4_096;

/**
 * The verifier that PostgreSQL stores for a password (RFC 5803). Made here, because a password in clear inside
 * `ALTER ROLE` would stand in the server's log and in pg_stat_activity.
 *
 * @throws CodezestDbError for characters that would have to be normalised first (RFC 4013).
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  if (!/^[\x21-\x7e]{16,}$/.test(password)) {
    throw new CodezestDbError(
      'ROLE_PASSWORD_INVALID',
      "A role's password has at least 16 characters, ASCII letters, digits and punctuation only.",
    );
  }
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
