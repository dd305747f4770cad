import { createHash } from 'node:crypto';
import type { Id } from '@codezest/db-types';
import { SEED_START } from './seed-time.js';

/**
 * The id of a seeded row: the same for the same kind and key on every machine, so that a seed can run again
 * without doubling rows, and the five databases name each other's rows without reading them.
 *
 * A UUIDv7 like every other id: its first 48 bits are `at`, so that seeded rows sort by when they happened; the rest
 * is a hash. `kind` is the model's name and becomes the brand: `seedId('User', 'ada')` is a `UserId`.
 */
export function seedId<Entity extends string>(
  kind: Entity,
  key: string | number,
  at: Date = SEED_START,
): Id<Entity> {
  const bytes = createHash('sha256').update(`${kind}:${key}`).digest().subarray(0, 16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<Entity>;
}
