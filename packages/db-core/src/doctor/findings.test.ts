import { describe, expect, it } from 'vitest';
import { clockFinding, messagesFinding, rightsFinding, serverFinding, timeZoneFinding } from './findings.js';
import type { ServerFacts } from './server-facts.js';
import { zoneDataFinding } from './structure-findings.js';

const facts: ServerFacts = {
  serverVersion: '18.4',
  versionNumber: 180_004,
  role: 'auth_app',
  superuser: false,
  timeZone: 'UTC',
  statementTimeoutMs: 15_000,
  lockTimeoutMs: 5_000,
  idleInTransactionTimeoutMs: 30_000,
  roleConnectionLimit: -1,
  serverConnections: 97,
  openConnections: 1,
  encoding: 'UTF8',
  foldsLetters: true,
  walPosition: '0/16B3748',
  messages: 'C',
  standby: false,
  readOnly: false,
  schemaUsage: true,
  tables: [],
  clockSkewMs: 0,
  clockErrorMs: 1,
  connectMs: 1,
};

it('tells a server that takes no writes from one that does, unless the URL asks for it', () => {
  expect(serverFinding(facts).result).toBe('ok');
  const standby = { ...facts, standby: true, readOnly: true };
  expect(serverFinding(standby)).toMatchObject({
    result: 'problem',
    finding: expect.stringContaining('standby'),
  });
  expect(serverFinding({ ...facts, readOnly: true }).result).toBe('problem');
  expect(serverFinding(standby, 'prefer-standby').result).toBe('ok');
});

it.each(['UTC', 'Etc/UTC', 'Zulu', 'GMT', 'Etc/GMT-0'])('takes %s for UTC', (timeZone) => {
  expect(timeZoneFinding({ ...facts, timeZone }).result).toBe('ok');
});

it.each(['Europe/London', 'GMT+1', 'Africa/Abidjan', 'UTC+2'])('does not take %s for UTC', (timeZone) => {
  expect(timeZoneFinding({ ...facts, timeZone }).result).toBe('problem');
});

it('takes for skew only what the round trip cannot explain', () => {
  expect(clockFinding({ ...facts, clockSkewMs: -1_400, clockErrorMs: 500 }).result).toBe('ok');
  expect(clockFinding({ ...facts, clockSkewMs: -1_600, clockErrorMs: 500 })).toMatchObject({
    result: 'problem',
    finding: expect.stringContaining('1.1 s behind'),
  });
});

it('finds servers that are too old and encodings that cannot hold every name', () => {
  expect(serverFinding({ ...facts, serverVersion: '14.9', versionNumber: 140_009 }).result).toBe('problem');
  expect(serverFinding({ ...facts, encoding: 'LATIN1' }).result).toBe('problem');
  expect(serverFinding({ ...facts, foldsLetters: false }).result).toBe('problem');
});

it('tells zones in which the server’s data and Node’s are apart', () => {
  const shape = { objects: '', database: 'auth', open: false };
  const now = new Date('2026-01-15T12:00:00Z');

  expect(zoneDataFinding({ ...shape, zones: new Map([['Asia/Kolkata', 330]]) }, now).result).toBe('ok');
  expect(zoneDataFinding({ ...shape, zones: new Map([['America/New_York', -300]]) }, now).result).toBe('ok');
  expect(zoneDataFinding({ ...shape, zones: new Map([['Europe/Berlin', 0]]) }, now)).toMatchObject({
    result: 'warning',
    finding: expect.stringContaining('Europe/Berlin (60 min)'),
  });
});

describe('rights', () => {
  const roles = {
    service: 'auth',
    appendOnly: ['history'],
    neverDeleted: ['invoices'],
    referenceData: ['currencies'],
    secretColumns: [],
    inbox: [],
  };
  const row = { owned: false, select: true, insert: true, update: false, delete: false, truncate: false };
  const tables = [
    { ...row, name: 'history' },
    { ...row, name: 'invoices', update: true },
    { ...row, name: 'currencies', insert: false },
    { ...row, name: '_prisma_migrations', insert: false },
  ];
  const findingFor = (changed: Partial<(typeof tables)[number]>) =>
    rightsFinding(
      {
        ...facts,
        tables: tables.map((table) => (table.name === changed.name ? { ...table, ...changed } : table)),
      },
      'public',
      'codezest-db-auth',
      roles,
    );

  it('are none that the role is meant to lack', () => {
    expect(findingFor({}).result).toBe('ok');
    expect(rightsFinding({ ...facts, tables }, 'public', 'codezest-db-auth').finding).toContain(
      'UPDATE on history',
    );
  });

  it.each([
    [{ name: 'history', update: true }, 'UPDATE on history'],
    [{ name: 'invoices', delete: true }, 'DELETE on invoices'],
    [{ name: 'currencies', insert: true }, 'INSERT on currencies'],
    [{ name: '_prisma_migrations', delete: true }, 'DELETE on _prisma_migrations'],
    [{ name: 'history', truncate: true }, 'TRUNCATE on history'],
  ])('beyond the definition are named with what takes them away: %j', (changed, excess) => {
    expect(findingFor(changed)).toMatchObject({
      result: 'warning',
      finding: `auth_app may do more than the service does: ${excess}`,
      remedy: expect.stringContaining('codezest-db-auth roles --apply'),
    });
  });

  it('include reading the history of migrations, which readiness asks', () => {
    expect(findingFor({ name: '_prisma_migrations', select: false })).toMatchObject({
      result: 'problem',
      finding: 'auth_app lacks SELECT on _prisma_migrations',
    });
  });
});

it('warns of a server whose messages are not English', () => {
  for (const messages of ['C', 'C.UTF-8', 'POSIX', 'en_US.UTF-8', 'en-GB', 'English_United States.1252'])
    expect(messagesFinding({ ...facts, messages }).result, messages).toBe('ok');
  for (const messages of ['fr_FR.UTF-8', 'de_DE', 'cs_CZ', ''])
    expect(messagesFinding({ ...facts, messages }).result, messages).toBe('warning');
});
