import type { Migration } from '../parse.js';
import type { Rule } from '../rule.js';
import { backfillRules } from './backfill-rules.js';
import { dataRules } from './data-rules.js';
import { contractRules, fileRules } from './history-rules.js';
import { listedRules } from './listed-rules.js';
import { securityRules } from './security-rules.js';
import { serviceRules } from './service-rules.js';
import { tableRules } from './table-rules.js';
import { transactionRules } from './transaction-rules.js';
import { typeRules } from './type-rules.js';

/** Our own rules by the kind of file: what squawk does not see, and what only this repository can know. */
export const rulesOf: Readonly<Record<Migration['kind'], readonly Rule[]>> = {
  schema: [
    ...transactionRules,
    ...dataRules,
    ...tableRules,
    ...typeRules,
    ...securityRules,
    ...serviceRules,
    ...contractRules,
    ...listedRules,
    ...fileRules,
  ],
  data: [...backfillRules, ...serviceRules, ...fileRules],
};

export const ownRules: readonly Rule[] = [...new Set([...rulesOf.schema, ...rulesOf.data])];
