import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { explainFailure, LOCAL_DATABASE_ERROR_CODES, LocalDatabaseError } from '../src/errors.js';

/** Words that PostgreSQL 18 and Node were seen to say, on a full 20 MB tmpfs and the like. */
const SEEN: Array<[string, string]> = [
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', 'DISK_FULL'],
  [
    'FATAL:  could not extend file "base/1/2691": wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.',
    'DISK_FULL',
  ],
  ["ENOSPC: no space left on device, write '/data/server.json'", 'DISK_FULL'],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'PORT_TAKEN'],
  ['FATAL:  database files are incompatible with server', 'CLUSTER_INCOMPATIBLE'],
  ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'CLUSTER_IN_USE'],
  ['FATAL:  lock file "postmaster.pid" already exists', 'CLUSTER_IN_USE'],
  ['FATAL:  data directory "/data" has wrong ownership', 'FOLDER_UNUSABLE'],
  ["EACCES: permission denied, mkdir '/data'", 'FOLDER_UNUSABLE'],
  ["EROFS: read-only file system, mkdir '/data'", 'FOLDER_UNUSABLE'],
  ['FATAL:  something never seen', 'SERVER_NOT_STARTED'],
];

it.each(SEEN)('%s is told apart, with what to do', (words, code) => {
  const error = explainFailure('Starting PostgreSQL', new Error(words));

  expect(error).toBeInstanceOf(LocalDatabaseError);
  expect(LOCAL_DATABASE_ERROR_CODES).toContain(code);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(/^Starting PostgreSQL failed:\n/);
  expect(error.message).toContain(words);
  expect(error.message.split('\n').at(-1)).toMatch(/[.:]/);
});

it('what is explained already stays as it is', () => {
  const error = new LocalDatabaseError('PORT_TAKEN', 'taken');

  expect(explainFailure('Starting', error)).toBe(error);
});

it('every code is explained in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

  expect(LOCAL_DATABASE_ERROR_CODES.length).toBeGreaterThan(10);
  expect(LOCAL_DATABASE_ERROR_CODES.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});
