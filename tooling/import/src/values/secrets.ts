import { tokenHash } from '@codezest/db-core';

/** A hash as text of a bytea. */
export function bytesOf(hash: Uint8Array): string {
  return `\\x${Buffer.from(hash).toString('hex')}`;
}

export function hashOfToken(token: string): string {
  return bytesOf(tokenHash(token));
}
