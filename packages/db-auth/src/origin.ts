import { clientAddress, storableText } from '@codezest/db-core';
import type { Origin } from './rows.js';

const USER_AGENT_LENGTH = 1024;
const LOCATION_LENGTH = 200;

/**
 * Address and user agent as they are stored: whatever the sender chose, it never stops the work. Two parameters of a
 * statement.
 */
export function originOf({ ipAddress, userAgent }: Origin): [string | null, string | null] {
  return [clientAddress(ipAddress), storableText(userAgent, USER_AGENT_LENGTH)];
}

/** As `originOf`, with the location that the service has looked up. */
export function placeOf(
  origin: Origin & { readonly location?: string | null | undefined },
): [string | null, string | null, string | null] {
  return [...originOf(origin), storableText(origin.location, LOCATION_LENGTH)];
}
