import type { JsonObject } from '@codezest/db-types';
import { BSON } from 'mongodb';
import { UnsafeInputError } from './errors.js';

/** Bounds of `metadata` and `properties`. A document is read and shipped whole. */
export const objectBounds = { bytes: 16_384, depth: 5 } as const;

/**
 * A free-form object as it may be stored: JSON values only, within the bounds, and no key that MongoDB could take for an
 * operator or a path when the object, or one made from it, ends up in a filter or an update.
 *
 * @throws {UnsafeInputError}
 */
export function safeObject(field: string, value: unknown): JsonObject {
  if (!isPlainObject(value)) throw new UnsafeInputError(field, 'it must be an object of JSON values');
  checkValue(field, value, 1);
  if (BSON.calculateObjectSize(value) > objectBounds.bytes)
    throw new UnsafeInputError(field, `it may hold ${objectBounds.bytes} bytes`);
  return value as JsonObject;
}

/**
 * A text for a filter. `{ $gt: '' }` in its place, as a query string or a JSON body brings it, would match everything.
 *
 * @throws {UnsafeInputError}
 */
export function safeText(field: string, value: unknown): string {
  if (typeof value !== 'string') throw new UnsafeInputError(field, 'it must be text');
  return value;
}

/** @throws {UnsafeInputError} */
export function safeTime(field: string, value: unknown): Date {
  if (!(value instanceof Date) || Number.isNaN(value.getTime()))
    throw new UnsafeInputError(field, 'it must be a valid Date');
  return value;
}

function checkValue(field: string, value: unknown, depth: number): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  const isList = Array.isArray(value);
  if (!isList && !isPlainObject(value))
    throw new UnsafeInputError(field, 'it holds a value that JSON has not');
  if (depth > objectBounds.depth)
    throw new UnsafeInputError(field, `it is nested more than ${objectBounds.depth} deep`);
  if (!isList) for (const key of Object.keys(value)) checkKey(field, key);
  for (const item of Object.values(value)) checkValue(field, item, depth + 1);
}

function checkKey(field: string, key: string): void {
  if (key.startsWith('$') || key.includes('.') || key.includes('\0'))
    throw new UnsafeInputError(field, 'a key starts with "$" or holds "." or a zero character');
  // Assigned instead of defined, it would change the prototype of whatever copies the object.
  if (key === '__proto__') throw new UnsafeInputError(field, 'a key is "__proto__"');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Also the plain object of another realm, such as a test runner's.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
