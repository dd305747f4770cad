import { InvalidDatabaseUrlError } from '../errors/connection-errors.js';

export interface Host {
  readonly host: string;
  readonly port: number;
}

/** A URL that may name several hosts, as libpq's may and the URL class does not know. */
export interface DatabaseUrl {
  /** With the first host alone. */
  readonly url: URL;
  /** In the order in which they are tried. */
  readonly hosts: readonly Host[];
}

const DEFAULT_PORT = '5432';
const PARTS = /^([a-z+]+:\/\/)((?:[^/?#]*@)?)([^/?#]*)(.*)$/is;

/**
 * `postgresql://user@first:5432,second:5433/database`, or the same lists in the parameters `host` and `port`.
 *
 * @throws {InvalidDatabaseUrlError}
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  // Without the slashes the user would pass for a scheme, and be printed.
  const [, scheme = '', user = '', authority = '', rest = ''] = PARTS.exec(text) ?? [];
  const [first = '', ...others] = authority.split(',');
  const single = `${scheme}${user}${first}${rest}`;
  if (scheme === '' || !URL.canParse(single)) {
    throw new InvalidDatabaseUrlError(
      'it is not a URL. Write postgresql://user:password@host:5432/database.',
    );
  }
  const url = new URL(single);
  const listed = url.searchParams.get('host')?.split(',');
  if (listed === undefined && others.length === 0) {
    return { url, hosts: [hostOf(url.hostname, url.searchParams.get('port') ?? url.port)] };
  }
  const given = listed ?? [first, ...others].map((each) => each.replace(/:\d*$/, ''));
  const ports =
    url.searchParams.get('port')?.split(',') ??
    (listed ? [url.port] : [first, ...others].map((each) => /:(\d*)$/.exec(each)?.[1] ?? ''));
  if (ports.length !== 1 && ports.length !== given.length) {
    throw new InvalidDatabaseUrlError(`it names ${given.length} hosts and ${ports.length} ports.`);
  }
  const hosts = given.map((host, at) => hostOf(host, ports.length === 1 ? ports[0] : ports[at]));
  if (listed !== undefined && hosts.length > 1) {
    url.searchParams.set('host', hosts[0]?.host ?? '');
    url.searchParams.set('port', String(hosts[0]?.port));
  }
  return { url, hosts };
}

/** The same server's URL of another database. */
export function onDatabase(text: string, database: string): string {
  const [, scheme = '', user = '', hosts = '', rest = ''] = PARTS.exec(text) ?? [];
  return `${scheme}${user}${hosts}/${encodeURIComponent(database)}${rest.replace(/^[^?#]*/, '')}`;
}

function hostOf(host: string, port: string | undefined): Host {
  const number = Number(port || DEFAULT_PORT);
  // What stands behind the colon of a name, that is; an IPv6 address has brackets, or a parameter of its own.
  if (/^[^:[]+:[^:]*$/.test(host) || !Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new InvalidDatabaseUrlError('a port must be a number from 1 to 65535.');
  }
  return { host: decodeURIComponent(host).replace(/^\[(.*)\]$/, '$1') || 'localhost', port: number };
}
