import type { ReleasedMigration } from '@codezest/db-core/migrations';
import type { Migration, Statement } from './parse.js';

/** What a rule knows beside the file itself. */
export interface Surroundings {
  /** The service's files in their order, this one among them. */
  readonly migrations: readonly Migration[];
  readonly released: readonly ReleasedMigration[];
  /** Tables of the other services, with the service that has them. */
  readonly foreignTables: ReadonlyMap<string, string>;
}

/** What a rule has to say about a statement, or with a line instead about the file. */
export interface Offence {
  readonly at: Statement | number;
  /** What exactly is wrong here, where the rule's own sentence does not say it. */
  readonly detail?: string;
}

export interface Rule {
  readonly id: string;
  /** Why it must not be. */
  readonly why: string;
  /** What to write in its place. */
  readonly instead: string;
  check(migration: Migration, surroundings: Surroundings): Offence[];
}

/** The usual rule: a look at each statement alone. */
export function statementRule(
  rule: Omit<Rule, 'check'>,
  offends: (statement: Statement, migration: Migration, surroundings: Surroundings) => boolean | string,
): Rule {
  return {
    ...rule,
    check: (migration, surroundings) =>
      migration.statements.flatMap((statement) => {
        const answer = offends(statement, migration, surroundings);
        if (answer === false) return [];
        return [answer === true ? { at: statement } : { at: statement, detail: answer }];
      }),
  };
}
