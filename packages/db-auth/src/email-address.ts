import { parseEmailAddress } from '@codezest/db-types';

/** The address that somebody typed, as it would be stored; null where it is none, and so nobody's. */
export function storedAddress(typed: string): string | null {
  try {
    return parseEmailAddress(typed);
  } catch {
    return null;
  }
}
