/** As db-notifications stores a token: Apple's are bytes in hexadecimal, which apps spell in either case. */
export function storedToken(token: string): string {
  const hexadecimal = token.replace(/[<> ]/g, '');
  return /^(?:[0-9a-f]{2}){16,}$/i.test(hexadecimal) ? hexadecimal.toLowerCase() : token;
}

/** What tells devices apart: the endpoint of a Web Push subscription, else the token. */
export function identityOf(token: string): string {
  if (token.trimStart().startsWith('{')) {
    try {
      const { endpoint } = JSON.parse(token) as { endpoint?: unknown };
      if (typeof endpoint === 'string') return endpoint;
    } catch {
      // No subscription.
    }
  }
  return storedToken(token);
}
