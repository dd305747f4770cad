import { type Service, services } from '@codezest/schema-docs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { racedFunctions } from './raced-functions.js';
import { filesBelow } from './repository.js';
import { parse } from './source-code.js';

/** Exported functions of the domain that change nothing in the database; all others have a race. */
const changeNothing: Record<Service, readonly string[]> = {
  auth: [
    'authenticateSession',
    'findLoginCandidate',
    'keyringFromEnvironment',
    'listLoginHistory',
    'listSessions',
    'readOAuthTokens',
    'readTwoFactorSecret',
  ],
  learning: ['arePrerequisitesSatisfied', 'findModuleTree', 'unmetPrerequisites', 'verifyCertificate'],
  payments: ['entitlementOf', 'formatAmount', 'parseAmount', 'percentageOf'],
  notifications: [
    'effectiveChannels',
    'inboxCounts',
    'keyringFromEnvironment',
    'listInbox',
    'pushTargets',
    'quietUntil',
  ],
  activity: [
    'countActivities',
    'findEngagement',
    'levelOf',
    'listActivity',
    'listAllActivity',
    'newActivityId',
    'newAnalyticsEventId',
    'pointsForLevel',
  ],
};

/** Changes rows, but no two callers compete for them. */
const racedOtherwise: Record<string, string> = {
  reencrypt: 'rotates keys beside readers and writers, in the tests of its own',
};

/** Functions that `src/index.ts` names one by one: the domain's. Classes begin with a capital letter. */
function exportedFunctions(service: Service): string[] {
  return parse(`packages/db-${service}/src/index.ts`).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
    const { exportClause, moduleSpecifier } = statement;
    if (!exportClause || !ts.isNamedExports(exportClause)) return [];
    if (/client\.js|generated/.test(moduleSpecifier?.getText() ?? '')) return [];
    return exportClause.elements
      .filter(({ isTypeOnly, name }) => !isTypeOnly && /^[a-z]/.test(name.text))
      .map(({ name }) => name.text);
  });
}

it.each(services)('every function of db-%s that changes something has a race', (service) => {
  const exported = exportedFunctions(service);
  const raced = new Set(
    filesBelow(`packages/db-${service}/test`, '.test.ts').flatMap((path) => [...racedFunctions(parse(path))]),
  );

  expect(exported.length).toBeGreaterThan(10);
  const exempt = [...changeNothing[service], ...Object.keys(racedOtherwise)];
  expect(exported.filter((name) => !exempt.includes(name) && !raced.has(name))).toEqual([]);
  expect(changeNothing[service].filter((name) => !exported.includes(name))).toEqual([]);
});

it('only what is called within a race of several rounds is raced', () => {
  const source = (text: string) => ts.createSourceFile('a.test.ts', text, ts.ScriptTarget.ESNext, true);
  const raced = (text: string) => [...racedFunctions(source(text))];
  const helper = 'const kinds = [{ consume: consumeReset }]; const pay = (id) => record(client, { id });';

  expect(
    raced("test('50 rounds', async () => { await prepare(); await race(() => act(client)); });"),
  ).toEqual(['act']);
  expect(raced("test('at once', async () => { await race(() => act(client)); });")).toEqual([]);
  expect(raced(`${helper} test('x, 50 rounds', () => race((n) => n ? kind.consume() : pay(1)));`)).toEqual(
    expect.arrayContaining(['consumeReset', 'record']),
  );
});
