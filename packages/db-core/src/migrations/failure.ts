import { databaseAnswer, errorCode, errorMessage, MigrationError } from './errors.js';
import type { MigrationFile } from './files.js';
import { firstWords, type Statement } from './statements.js';

/** A file whose SQL the database refused: which statement, what it answered, what to do. */
export class MigrationFailedError extends MigrationError {
  /** The statement that failed; absent when the answer came at the commit or the connection broke. */
  readonly statement: Pick<Statement, 'number' | 'line' | 'text'> | undefined;
  /** The database's own words, without the detail that quotes rows. */
  readonly answer: string;

  constructor(file: MigrationFile, statement: Statement | undefined, cause: unknown, tries: number) {
    const answer = answerOf(cause);
    const place = statement
      ? `at statement ${statement.number} of ${file.statements.length}, line ${statement.line}:\n  ${firstWords(statement)}`
      : 'after its last statement, at the commit:';
    const again = tries > 1 ? ` (tried ${tries} times)` : '';
    super('MIGRATION_FAILED', `Migration ${file.name} failed ${place}\n${answer}${again}`, {
      cause,
      migration: file.name,
      sqlState: errorCode(cause),
      nextStep: nextStep(file, errorCode(cause)),
    });
    this.answer = answer;
    this.statement = statement && { number: statement.number, line: statement.line, text: statement.text };
  }
}

/** An answer of the server, or the loss of its connection; anything else is a defect and must look like one. */
export function comesFromDatabase(error: unknown): boolean {
  return errorCode(error) !== undefined || /^Connection terminated/.test(errorMessage(error));
}

/** Lock timeout and deadlock: the same file succeeds once the others are done. */
export function isLockConflict(error: unknown): boolean {
  return ['55P03', '40P01'].includes(errorCode(error) ?? '');
}

/** Severity, message, SQLSTATE and the server's hint, which speaks about the statement and never about rows. */
function answerOf(error: unknown): string {
  const answer = `ERROR: ${databaseAnswer(error)}`;
  const hint = typeof error === 'object' && error !== null && 'hint' in error ? error.hint : undefined;
  return typeof hint === 'string' && hint ? `${answer}\nHINT: ${hint}` : answer;
}

function nextStep(file: MigrationFile, code: string | undefined): string {
  const untouched =
    file.mode === 'transaction'
      ? 'Nothing of this file was applied.'
      : 'The next run removes what the statement left behind.';
  return `${untouched} ${remedy(code)}`;
}

function remedy(code: string | undefined): string {
  if (code === undefined || code.startsWith('08') || code.startsWith('57P') || code.startsWith('E')) {
    return 'The connection broke: run the command again, it continues here.';
  }
  if (code === '55P03' || code === '40P01') {
    return 'Other sessions hold the table: end long transactions (pg_stat_activity) or choose a quieter hour, then run again.';
  }
  if (code === '57014')
    return 'It ran into statement_timeout: split the work, or raise the limit in the file.';
  if (code === '42501') return 'The role may not do this: use the migrator role (…_MIGRATE_DATABASE_URL).';
  if (['42P07', '42710', '42701', '42P06'].includes(code)) {
    return 'It exists already. If this database was built by other means: baseline <name> marks migrations as applied.';
  }
  if (code.startsWith('23'))
    return 'Rows of this database break the new rule: correct them first, then run again.';
  return 'Correct the file, or this database, and run the command again.';
}
