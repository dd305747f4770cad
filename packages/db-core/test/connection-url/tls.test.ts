import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { connectionSettings } from '../../src/client/connection-settings.js';
import { createAuthority, createCertificate } from './certificate.js';
import { startTlsDouble } from './tls-double.js';

const authority = createAuthority('Our authority');
const folder = mkdtempSync(join(tmpdir(), 'authority-'));
const authorityFile = join(folder, 'authority.pem');
writeFileSync(authorityFile, authority.certificate);
afterAll(() => rmSync(folder, { recursive: true }));

const trusted = `sslrootcert=${encodeURIComponent(authorityFile)}`;
const verifying = `sslmode=verify-full&${trusted}`;
const ours = createCertificate('localhost', authority);
const strangers = createCertificate('localhost', createAuthority('A stranger'));

/** What the server got to hear, and why the client went away. */
async function meet(server: Parameters<typeof startTlsDouble>[0], parameters: string) {
  const double = await startTlsDouble(server);
  const { pool } = connectionSettings(
    `postgresql://somebody:password@localhost:${double.port}/database?${parameters}`,
    'a test',
  );
  const client = new Client({ ...pool, connectionTimeoutMillis: 5_000 } as ConstructorParameters<
    typeof Client
  >[0]);
  client.on('error', () => undefined);
  const refusal = await client.connect().then(
    () => 'connected',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
  await double.stop();
  return { refusal, heard: Buffer.concat(double.received).toString('latin1') };
}

test('a server with a certificate of our authority for its name is told who asks', async () => {
  expect((await meet(ours, verifying)).heard).toContain('somebody');
  expect((await meet(ours, `sslaccept=strict&${trusted}`)).heard).toContain('somebody');
});

describe('with sslmode=verify-full no other server hears who asks:', () => {
  test.each([
    ['one that speaks no TLS', undefined, /does not support SSL/],
    ['one that signed for itself', createAuthority('localhost'), /SELF_SIGNED/],
    ['one with a certificate of a stranger', strangers, /UNABLE_TO_(?:VERIFY|GET)/],
    ['one with a certificate for another name', createCertificate('db.example.com', authority), /ALTNAME/],
    ['one whose certificate has expired', createCertificate('localhost', authority, -1), /EXPIRED/],
  ])('%s', async (_server, certificate, reason) => {
    const { refusal, heard } = await meet(certificate, verifying);

    expect(refusal).toMatch(reason);
    expect(heard).toBe('');
  });
});

describe('sslaccept=strict fails closed, whatever sslmode stands beside it:', () => {
  test.each(['disable', 'prefer', 'require', 'no-verify', 'require&uselibpqcompat=true'])(
    '%s',
    async (mode) => {
      for (const server of [strangers, undefined]) {
        expect((await meet(server, `sslaccept=strict&sslmode=${mode}`)).heard).toBe('');
      }
    },
  );
});

test('only who says so trusts a stranger', async () => {
  expect((await meet(strangers, 'sslmode=no-verify')).heard).toContain('somebody');
});
