import { expect, it } from 'vitest';
import * as surface from '../src/index.js';

it('the package offers exactly this', () => {
  expect(Object.keys(surface).sort()).toEqual([
    'LOCAL_DATABASE_ERROR_CODES',
    'LocalDatabaseError',
    'SERVICES',
    'databaseName',
    'developmentServerStatus',
    'localDatabaseUrls',
    'resetDevelopmentServer',
    'startDevelopmentServer',
    'startThrowawayServer',
    'stopDevelopmentServer',
    'urlVariable',
  ]);
});
