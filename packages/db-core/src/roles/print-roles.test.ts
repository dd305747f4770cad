import { expect, it } from 'vitest';
import { printRoles } from './apply-roles.js';

const target = {
  definition: {
    service: 'auth',
    appendOnly: [],
    neverDeleted: [],
    referenceData: [],
    secretColumns: [],
    inbox: [],
  },
  database: 'codezest_auth',
};

it('leaves other applications of the server their way in, unless the server is said to be ours', () => {
  const closes = /REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC/;

  expect(printRoles(target)).not.toMatch(closes);
  expect(printRoles({ ...target, ownServer: true })).toMatch(closes);
});
