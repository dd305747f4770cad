import { InvalidValueError } from '@codezest/db-core';

/**
 * Refuses what is merely truthy where the service tells what it has found. A promise that was not awaited would be a right
 * password, and the text "false" a proof.
 *
 * @throws {InvalidValueError} VALUE_INVALID
 */
export function requireAnswer(value: unknown, field: string): asserts value is boolean {
  if (typeof value !== 'boolean')
    throw new InvalidValueError(`${field} is neither true nor false. Give a boolean.`, { field });
}

/** What a provider says of its address: Apple and Cognito write the texts "true" and "false". */
export const isProvenByProvider = (emailVerified: unknown): boolean =>
  emailVerified === true || emailVerified === 'true';
