import type { Service } from '@codezest/schema-docs';
import ts from 'typescript';
import { parse } from './source-code.js';

/** Exported functions of the domain that change nothing in the database; all others have a race. */
export const changeNothing: Record<Service, readonly string[]> = {
  auth: [
    'authenticateSession',
    'exportUser',
    'findPasskey',
    'keyringFromEnvironment',
    'listLoginHistory',
    'listOpenErasures',
    'listPasskeys',
    'listSessions',
    'passkeyUserHandle',
    'readErasure',
    'readOAuthTokens',
    'readTwoFactorSecret',
  ],
  learning: [
    'achievementCredential',
    'arePrerequisitesSatisfied',
    'courseOf',
    'dashboardOf',
    'eventBacklog',
    'exportCourse',
    'exportUser',
    'findModuleTree',
    'itemStatistics',
    'listReviewQueue',
    'searchCatalogue',
    'unmetPrerequisites',
    'verifyCertificate',
  ],
  payments: [
    'billingPeriodAt',
    'entitlementOf',
    'eventBacklog',
    'exportUser',
    'formatAmount',
    'fromProviderAmount',
    'includedTax',
    'invoiceDocument',
    'netAmounts',
    'parseAmount',
    'percentageOf',
    'priceOf',
    'prorationLines',
    'toProviderAmount',
  ],
  notifications: [
    'actorsOf',
    'digestItems',
    'effectiveChannels',
    'eventBacklog',
    'exportUser',
    'findBroadcast',
    'inboxCounts',
    'keyringFromEnvironment',
    'listInbox',
    'listSuppressions',
    'pushTargets',
    'quietUntil',
    'unsubscribeToken',
  ],
  activity: [
    'countActivities',
    'eventBacklog',
    'exportUser',
    'findEngagement',
    'findStanding',
    'levelOf',
    'listActivity',
    'listActivityCounts',
    'listAllActivity',
    'listBadges',
    'listLeaderboard',
    'newActivityId',
    'newAnalyticsEventId',
    'pointsForLevel',
  ],
};

/** Changes rows, but no two callers compete for them. */
export const racedOtherwise: Record<string, string> = {
  eraseUser: 'waits for whoever may still write, and refuses everybody who comes later; raced with itself',
  deleteReceivedEvents: 'deletes what is over, and leaves locked rows to the next run',
  receiveEvents:
    'raced with itself and deliverers in the tests of received events, in transactions of its own',
  redriveEvents: 'one statement over rows that nobody else takes',
  reencrypt: 'rotates keys beside readers and writers, in the tests of its own',
};

/** Functions that `src/index.ts` names one by one: the domain's. Classes begin with a capital letter. */
export function domainFunctions(service: Service): string[] {
  return parse(`packages/db-${service}/src/index.ts`).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
    const { exportClause, moduleSpecifier } = statement;
    if (!exportClause || !ts.isNamedExports(exportClause)) return [];
    if (/client\.js|generated|http-answer/.test(moduleSpecifier?.getText() ?? '')) return [];
    return exportClause.elements
      .filter(({ isTypeOnly, name }) => !isTypeOnly && /^[a-z]/.test(name.text))
      .map(({ name }) => name.text);
  });
}
