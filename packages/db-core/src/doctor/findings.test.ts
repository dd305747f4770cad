import { expect, it } from 'vitest';
import { clockFinding, rightsFinding, serverFinding } from './findings.js';
import type { ServerFacts } from './server-facts.js';

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
  schemaUsage: true,
  tables: [],
  clockSkewMs: 0,
  clockErrorMs: 1,
  connectMs: 1,
};

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
});

it('asks for no right that the role is meant to lack', () => {
  const row = { owned: false, select: true, insert: true, update: false, delete: false };
  const roles = {
    service: 'auth',
    appendOnly: ['history'],
    neverDeleted: ['invoices'],
    referenceData: ['currencies'],
    secretColumns: [],
    inbox: [],
  };
  const tables = [
    { ...row, name: 'history' },
    { ...row, name: 'invoices', update: true },
    { ...row, name: 'currencies', insert: false },
  ];

  expect(rightsFinding({ ...facts, tables }, 'public', roles).result).toBe('ok');
  expect(rightsFinding({ ...facts, tables }, 'public').finding).toContain('UPDATE on history');
});
