import { parseDatabaseUrl } from '../connection-url/database-url.js';
import { redactUrl } from '../connection-url/redact.js';
import { CodezestDbError } from '../errors/base-error.js';

/**
 * Keeps example data out of real databases. Three independent signs, because each of them is forgotten somewhere: the
 * environment's word (no flag overrides it), a name that says production, and a server that is not this machine.
 */
export function refuseProduction(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  allowRemote: boolean,
): void {
  for (const variable of ['CODEZEST_ENV', 'NODE_ENV']) {
    if (/^prod(uction)?$/i.test(env[variable] ?? '')) {
      throw refused(`${variable} says ${env[variable]}, and example data never belongs there.`);
    }
  }
  const { url: first, hosts } = parseDatabaseUrl(url);
  const names = hosts.map(({ host }) => host);
  if (/(?:^|[^a-z])prod(?:uction)?(?:$|[^a-z])/i.test([...names, first.pathname].join(' '))) {
    throw refused(`${redactUrl(url)} is called production.`);
  }
  if (!names.every(isThisMachine) && !allowRemote) {
    throw refused(`${redactUrl(url)} is not on this machine. If you mean it: --allow-remote.`);
  }
}

function isThisMachine(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host.startsWith('/') ||
    host === '[::1]' ||
    host === '::1' ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}

function refused(reason: string): CodezestDbError {
  return new CodezestDbError('SEED_REFUSED', `Not seeded: ${reason}`);
}
