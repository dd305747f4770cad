/**
 * A connection string as it may be printed: host, port and database. User, password and parameters stay out, because
 * passwords also travel as parameters (`?password=`), and because a log line outlives the password's next rotation.
 */
export function redactUrl(url: string): string {
  // Further hosts, which the URL class does not know, hold nothing secret.
  const others = /^[a-z+]+:\/\/(?:[^/?#]*@)?[^/?#,]*((?:,[^/?#,@]*)+)(?=[/?#]|$)/i.exec(url)?.[1] ?? '';
  let parsed: URL;
  try {
    parsed = new URL(others === '' ? url : url.replace(others, ''));
  } catch {
    return '(not a database URL)';
  }
  // Without a scheme the user stands where the scheme is expected, and the password where the path is. A slash in a
  // password that is not percent-encoded makes a path of its rest.
  if (!/^(?:postgres(?:ql)?|mongodb(?:\+srv)?):$/.test(parsed.protocol) || parsed.pathname.includes('@')) {
    return '(not a database URL)';
  }
  const host = parsed.hostname || parsed.searchParams.get('host') || 'localhost';
  const port = parsed.port ? `:${parsed.port}` : '';
  return `${parsed.protocol}//${host}${port}${others}${parsed.pathname === '/' ? '' : parsed.pathname}`;
}
