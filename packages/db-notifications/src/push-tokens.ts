import { requireText } from '@codezest/db-core';

/**
 * A push token in the spelling that is stored and sent. Apple's are bytes in hexadecimal, which apps spell in either case,
 * older ones as `<740f4707 bebcf74f …>`; all others are told apart by case and stay as they are.
 */
export function storedToken(token: string): string {
  requireText(token, 'token');
  const hexadecimal = token.replace(/[<> ]/g, '');
  return /^(?:[0-9a-f]{2}){16,}$/i.test(hexadecimal) ? hexadecimal.toLowerCase() : token;
}

/**
 * What tells devices apart. A Web Push subscription is named by its endpoint: its keys may be renewed, and its JSON is
 * written in any order.
 */
export function identityOfToken(token: string): string {
  return endpointOf(token) ?? storedToken(token);
}

/** True for a Web Push subscription, of which the endpoint alone tells the device. */
export function isSubscription(token: string): boolean {
  return endpointOf(token) !== undefined;
}

function endpointOf(token: string): string | undefined {
  requireText(token, 'token');
  if (!token.trimStart().startsWith('{')) return undefined;
  try {
    const { endpoint } = JSON.parse(token) as { endpoint?: unknown };
    return typeof endpoint === 'string' ? endpoint : undefined;
  } catch {
    return undefined;
  }
}
