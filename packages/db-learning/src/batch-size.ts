import { BatchSizeOutOfRangeError } from './learning-errors.js';

const LARGEST_BATCH = 1_000;

/** @throws {BatchSizeOutOfRangeError} */
export function batchSize(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_BATCH) throw new BatchSizeOutOfRangeError();
  return limit;
}
