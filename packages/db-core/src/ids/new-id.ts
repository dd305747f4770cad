import { randomBytes } from 'node:crypto';
import type { Id } from '@codezest/db-types';

/**
 * The id of a new row: a UUID version 7 (RFC 9562), as Prisma's `uuid(7)` makes, for rows that hand-written SQL inserts.
 * Made here and not by the database, because a value that is encrypted for its row must know the row's id before.
 */
export function newId<Entity extends string>(now: number = Date.now()): Id<Entity> {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<Entity>;
}
