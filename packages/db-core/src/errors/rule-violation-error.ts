import { CodezestDbError } from './base-error.js';

/** What refused, in names of the database, never a value. */
export interface BrokenRule {
  /** The CHECK, exclusion constraint or trigger rule; its name states the demand: `users_first_name_not_blank_check`. */
  readonly rule?: string;
  readonly table?: string;
  readonly model?: string;
  readonly sqlState?: string;
}

/**
 * A rule of the database does not allow what was to be written, such as a name that is blank. `isRuleViolation()` knows it.
 * Nothing was done.
 */
export class RuleViolationError extends CodezestDbError {
  readonly rule?: string;
  readonly table?: string;
  readonly model?: string;
  readonly sqlState?: string;

  constructor({ rule, table, model, sqlState }: BrokenRule, options: { cause?: unknown } = {}) {
    super(
      'RULE_VIOLATED',
      `${rule ?? 'A rule of the database'} does not allow this. The schema says what it demands; give values that meet it.`,
      options,
    );
    if (rule !== undefined) this.rule = rule;
    if (table !== undefined) this.table = table;
    if (model !== undefined) this.model = model;
    if (sqlState !== undefined) this.sqlState = sqlState;
  }
}

/** What PostgreSQL's answer says of a rule that was violated, or nothing where the answer is another. */
export function ruleViolation(
  broken: BrokenRule,
  options: { cause?: unknown } = {},
): RuleViolationError | undefined {
  return isRuleState(broken.sqlState, broken.rule) ? new RuleViolationError(broken, options) : undefined;
}

/** CHECK, exclusion constraint, or one of our triggers, which refuse what a role may not do with the code for rights. */
export function isRuleState(sqlState: string | undefined, rule: string | undefined): boolean {
  return sqlState === '23514' || sqlState === '23P01' || (sqlState === '42501' && rule !== undefined);
}
