import type { Rule } from '../rule.js';
import { dataRules } from './data-rules.js';
import { historyRules } from './history-rules.js';
import { securityRules } from './security-rules.js';
import { tableRules } from './table-rules.js';
import { transactionRules } from './transaction-rules.js';
import { typeRules } from './type-rules.js';

/** Our own rules: what squawk does not see, and what only this repository can know. */
export const ownRules: readonly Rule[] = [
  ...transactionRules,
  ...dataRules,
  ...tableRules,
  ...typeRules,
  ...securityRules,
  ...historyRules,
];
