import { describe, expect, it } from 'vitest';
import { InvalidDatabaseUrlError } from '../errors/connection-errors.js';
import { connectionSettings, TIMEOUTS } from './connection-settings.js';

const URL_BASE = 'postgresql://user:s3cret@db.test:5432/codezest_auth';
const settings = (parameters = '') => connectionSettings(`${URL_BASE}${parameters}`, 'codezest-auth@1.0.0');

describe('settings from a URL', () => {
  it('bounds every wait by default and runs in UTC', () => {
    const { pool, servers } = settings();

    expect(pool).toMatchObject({
      application_name: 'codezest-auth@1.0.0',
      connectionTimeoutMillis: TIMEOUTS.connect,
      query_timeout: TIMEOUTS.query,
      max: 10,
    });
    expect(pool.options).toContain('-c TimeZone=UTC');
    expect(pool.options).toContain(`-c statement_timeout=${TIMEOUTS.statement}`);
    expect(servers).toEqual({ hosts: [{ host: 'db.test', port: 5432 }], target: 'any', pooler: false });
  });

  it('lets the server give up before the client does', () => {
    expect(TIMEOUTS.query).toBeGreaterThan(TIMEOUTS.statement);
    expect(TIMEOUTS.statement).toBeGreaterThan(TIMEOUTS.lock);
  });

  it("translates Prisma's parameters and takes them out of what pg is given", () => {
    const { pool, servers } = settings(
      '?connection_limit=3&connect_timeout=7&schema=public&sslaccept=strict&target_session_attrs=primary&keepalives=1',
    );

    expect(pool).toMatchObject({ max: 3, connectionTimeoutMillis: 7_000, ssl: { rejectUnauthorized: true } });
    expect(servers.target).toBe('primary');
    expect(pool.connectionString).toBe(`${URL_BASE}?keepalives=1`);
  });

  it('sends no startup options through a pooler', () => {
    const { pool, servers } = settings('?pgbouncer=true');

    expect(servers.pooler).toBe(true);
    expect(pool.options).toBeUndefined();
  });

  it("keeps the URL's own options beside ours, which they may change but for the time zone", () => {
    const { options } = settings('?options=-c%20lock_timeout%3D9%20-c%20TimeZone%3DIsrael').pool;

    expect(options).toMatch(
      /lock_timeout=5000 .*lock_timeout=9 -c TimeZone=Israel -c TimeZone=UTC -c DateStyle=ISO$/,
    );
  });

  it('gives the long work of a command no limit of ours, and what the URL says', () => {
    expect(settings().session).toMatchObject({ connectionTimeoutMillis: TIMEOUTS.connectSession });
    expect(settings().session).not.toHaveProperty('options');
    expect(settings('?options=-c%20geqo%3Doff&connect_timeout=9').session).toMatchObject({
      options: '-c geqo=off',
      connectionTimeoutMillis: 9_000,
    });
  });

  it('lets a pooler answer to options that the URL itself names', () => {
    expect(settings('?pgbouncer=true&options=-c%20geqo%3Doff').pool.options).toBe('-c geqo=off');
  });

  it.each([
    ['not a url', 'not a URL'],
    ['s3cret:password@db.test/x', 'not a URL'],
    ['postgresql://user:12/s3cret@db.test/x', 'percent-encoded'],
    ['prisma://accelerate.test/?api_key=s3cret', 'proxy'],
    ['mysql://user:s3cret@db.test/x', 'mysql:'],
    ['postgresql://user:s3cret@db.test:5432', 'no database'],
    [`${URL_BASE}?connection_limit=0`, 'connection_limit'],
    [`${URL_BASE}?connection_limit=ten`, 'connection_limit'],
    [`${URL_BASE}?pool_timeout=5`, 'pool_timeout'],
    [`${URL_BASE}?sslaccept=maybe`, 'sslaccept'],
    [`${URL_BASE}?pgbouncer=yes`, 'pgbouncer'],
    [`${URL_BASE}?schema=app`, 'schema'],
    [`${URL_BASE}?target_session_attrs=master`, 'target_session_attrs'],
    ['postgresql://user:s3cret@a:1,b:x/db', 'a port'],
    ['postgresql://user:s3cret@a,b,c/db?port=1,2', '3 hosts and 2 ports'],
  ])('refuses %s by naming the part, without the password', (url, part) => {
    const refusal = () => connectionSettings(url, 'x');

    expect(refusal).toThrow(InvalidDatabaseUrlError);
    expect(refusal).toThrow(part);
    expect(refusal).not.toThrow('s3cret');
  });
});
