import {
  CodezestDbError,
  inTransaction,
  isUniqueViolation,
  newId,
  read,
  rowOf,
  rowsOf,
  statement,
} from '@codezest/db-core';
import type { PasskeyId, UserId } from '@codezest/db-types';
import type { Passkey } from '../generated/client.js';
import { columnsOf } from '../generated/columns.js';
import { lockAccount, lockUsableAccount, USABLE } from './account-state.js';
import type { Client } from './client.js';
import { LastWayInError } from './ways-in-errors.js';

/** The user has no such passkey. */
export class PasskeyNotFoundError extends CodezestDbError {
  constructor() {
    super('PASSKEY_NOT_FOUND', 'The user has no such passkey.');
  }
}

/** A passkey with this credential id is registered, for this user or another. */
export class PasskeyTakenError extends CodezestDbError {
  constructor(options: { cause?: unknown } = {}) {
    super(
      'PASSKEY_TAKEN',
      'This passkey is registered already. Log in with it, or make another one.',
      options,
    );
  }
}

/** What is no public key credential: an id of 1 to 1023 bytes and a key are needed. */
export class InvalidPasskeyError extends CodezestDbError {
  constructor() {
    super(
      'PASSKEY_INVALID',
      'This is no credential of WebAuthn: its id has 1 to 1023 bytes, its key 1 to 8192, its counter 32 bits, its transports are a list of texts.',
    );
  }
}

/** A credential whose registration the service has verified. */
export interface NewPasskey {
  readonly userId: UserId;
  /** Bytes, or base64url as browsers and libraries write it. */
  readonly credentialId: Uint8Array | string;
  /** COSE_Key. */
  readonly publicKey: Uint8Array;
  /** Of the authenticator; 0 for one that does not count. */
  readonly signCount: number;
  /** As the browser told; nothing where it did not. */
  readonly transports?: readonly string[] | null | undefined;
  /** Whether it may leave its device: `credentialDeviceType === 'multiDevice'`. */
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  readonly userVerified: boolean;
  readonly aaguid?: string;
  readonly name?: string | null;
}

const NO_MODEL = '00000000-0000-0000-0000-000000000000';

/**
 * Stores a passkey after its registration was verified. Tell the owner by mail, with a link that confirms it
 * (`issueWaysInConfirmation`): without, a password reset removes it.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {AccountUnavailableError} ACCOUNT_UNAVAILABLE
 * @throws {PasskeyTakenError} PASSKEY_TAKEN
 * @throws {InvalidPasskeyError} PASSKEY_INVALID
 * @example
 * const passkey = await registerPasskey(prisma, { userId, credentialId: credential.id, publicKey: credential.publicKey,
 *   signCount: credential.counter, backupEligible, backedUp, userVerified });
 */
export async function registerPasskey(client: Client, passkey: NewPasskey): Promise<Passkey> {
  const credentialId = bytesOf(passkey.credentialId);
  const transports = passkey.transports ?? [];
  const isValid =
    isBetween(credentialId.length, 1, 1023) &&
    isBetween(passkey.publicKey.length, 1, 8192) &&
    isCounter(passkey.signCount) &&
    Array.isArray(transports) &&
    transports.every((each) => typeof each === 'string');
  if (!isValid) throw new InvalidPasskeyError();
  try {
    return await inTransaction(client, async (transaction: Client) => {
      await lockUsableAccount(transaction, passkey.userId);
      const inserted = await rowOf(transaction, insertPasskey, [
        newId<'Passkey'>(),
        passkey.userId,
        credentialId,
        passkey.publicKey,
        passkey.signCount,
        transports,
        passkey.backupEligible,
        passkey.backedUp,
        passkey.aaguid ?? NO_MODEL,
        passkey.userVerified,
        passkey.name ?? null,
      ]);
      return asPasskey(inserted as Passkey);
    });
  } catch (error) {
    throw isUniqueViolation(error, 'passkeys_credential_id_key')
      ? new PasskeyTakenError({ cause: error })
      : error;
  }
}

const isBetween = (value: number, from: number, to: number): boolean => value >= from && value <= to;

export const isCounter = (value: number): boolean =>
  Number.isSafeInteger(value) && isBetween(value, 0, 4_294_967_295);

/** What is no base64url has no bytes, and so is nobody's credential. */
export function bytesOf(credentialId: Uint8Array | string): Uint8Array {
  if (typeof credentialId !== 'string') return credentialId;
  return /^[A-Za-z0-9_-]+$/.test(credentialId) ? Buffer.from(credentialId, 'base64url') : new Uint8Array();
}

/** Hand-written statements give a bigint as a number and bytes as a Buffer, Prisma gives them as its models have them. */
export function asPasskey<Row extends Passkey>(row: Row): Row {
  return {
    ...row,
    signCount: BigInt(row.signCount),
    credentialId: new Uint8Array(row.credentialId),
    publicKey: new Uint8Array(row.publicKey),
  };
}

const insertPasskey = statement<Passkey>(
  'auth.register_passkey',
  `INSERT INTO passkeys AS p (id, user_id, credential_id, public_key, sign_count, transports, backup_eligible, backed_up,
     aaguid, user_verified, name)
   VALUES ($1::uuid, $2::uuid, $3::bytea, $4::bytea, $5::bigint, $6::text[], $7::boolean, $8::boolean, $9::uuid,
     $10::boolean, $11::text)
   RETURNING ${columnsOf.passkey('p')}`,
);

/**
 * The user's passkeys, oldest first: for the settings page, and as `excludeCredentials` when another one is registered.
 *
 * @example
 * const passkeys = await listPasskeys(prisma, user.id);
 */
export async function listPasskeys(client: Client, userId: UserId): Promise<Passkey[]> {
  return (await rowsOf(client, passkeysOfUser, [userId])).map(asPasskey);
}

const passkeysOfUser = read<Passkey>(
  'auth.passkeys_of_user',
  `SELECT ${columnsOf.passkey('p')} FROM passkeys p WHERE p.user_id = $1::uuid ORDER BY p.created_at, p.id`,
);

/**
 * The passkey of a credential id, to verify an answer with, and whose it is. Null for an unknown one, and where the account
 * may not be used.
 *
 * @example
 * const passkey = await findPasskey(prisma, response.id);
 */
export async function findPasskey(
  client: Client,
  credentialId: Uint8Array | string,
): Promise<Passkey | null> {
  const found = await rowOf(client, passkeyOfCredential, [bytesOf(credentialId)]);
  return found === undefined ? null : asPasskey(found);
}

const passkeyOfCredential = read<Passkey>(
  'auth.passkey_of_credential',
  `SELECT ${columnsOf.passkey('p')} FROM passkeys p JOIN users u ON u.id = p.user_id
   WHERE p.credential_id = $1::bytea AND ${USABLE}`,
);

/**
 * Removes a passkey, unless it is the only way in. Of two ways in that are removed at once the second sees that the first
 * has gone.
 *
 * @throws {AccountNotFoundError} ACCOUNT_NOT_FOUND
 * @throws {PasskeyNotFoundError} PASSKEY_NOT_FOUND, also for somebody else's
 * @throws {LastWayInError} LAST_WAY_IN
 * @example
 * await removePasskey(prisma, { userId: user.id, passkeyId: passkey.id });
 */
export async function removePasskey(
  client: Client,
  { userId, passkeyId }: { userId: UserId; passkeyId: PasskeyId },
): Promise<void> {
  return inTransaction(client, async (transaction: Client) => {
    await lockAccount(transaction, userId);
    const passkey = await rowOf(transaction, deletePasskey, [passkeyId, userId]);
    if (!passkey?.wasThere) throw new PasskeyNotFoundError();
    if (!passkey.isGone) throw new LastWayInError();
  });
}

const deletePasskey = statement<{ wasThere: boolean; isGone: boolean }>(
  'auth.remove_passkey',
  `WITH gone AS (
     DELETE FROM passkeys p USING users u
     WHERE p.id = $1::uuid AND p.user_id = $2::uuid AND u.id = p.user_id
       AND (u.password IS NOT NULL OR EXISTS (SELECT FROM oauth_accounts o WHERE o.user_id = u.id)
         OR EXISTS (SELECT FROM passkeys other WHERE other.user_id = u.id AND other.id <> p.id))
     RETURNING p.id
   )
   SELECT EXISTS (SELECT FROM passkeys WHERE id = $1::uuid AND user_id = $2::uuid) AS "wasThere",
     EXISTS (SELECT FROM gone) AS "isGone"`,
);
