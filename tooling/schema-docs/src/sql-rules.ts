import { migrationFiles, type Service } from './repository.js';
import { parenthesized, type Statement, statements } from './sql-statements.js';

/** A rule that the database keeps and Prisma's schema language cannot say. */
export interface SqlRule {
  kind: 'check' | 'unique' | 'exclusion' | 'trigger';
  name: string;
  table: string;
  /** The condition as written; of a trigger, when it fires. */
  condition: string;
  /** Why: the comment above it in the migration; of a trigger without one, the hint that it gives. */
  reason: string;
}

export function readSqlRules(service: Service): SqlRule[] {
  return sqlRules(migrationFiles(service).map(({ text }) => text));
}

/** The rules that stand once all the given migrations have run. */
export function sqlRules(migrations: string[]): SqlRule[] {
  const rules = new Map<string, SqlRule>();
  const functions = new Map<string, string>();
  for (const statement of migrations.flatMap(statements)) {
    const [, made] = FUNCTION.exec(statement.text) ?? [];
    if (made !== undefined) functions.set(made, statement.comment);
    for (const name of droppedBy(statement)) rules.delete(name);
    for (const rule of createdBy(statement, functions)) rules.set(rule.name, rule);
  }
  return [...rules.values()];
}

const NAME = String.raw`(?:"?(?:public|rules)"?\.)?"?(\w+)"?`;
const TABLE = new RegExp(`^(?:CREATE|ALTER) TABLE (?:IF (?:NOT )?EXISTS )?(?:ONLY )?${NAME}`, 'i');
const CONSTRAINT = new RegExp(`CONSTRAINT ${NAME} (CHECK|EXCLUDE)\\b`, 'gi');
const PARTIAL_UNIQUE = new RegExp(
  `^CREATE UNIQUE INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?${NAME} ON (?:ONLY )?${NAME} ?(.*)$`,
  'i',
);
const TRIGGER = new RegExp(
  `^CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER ${NAME} (.+?) ON ${NAME} (.*)$`,
  'i',
);
const FUNCTION = new RegExp(`^CREATE (?:OR REPLACE )?FUNCTION ${NAME}`, 'i');
const EXECUTED = new RegExp(`EXECUTE FUNCTION ${NAME} ?\\((.*)\\)$`, 'i');
const DROPPED = new RegExp(
  `DROP (?:CONSTRAINT|INDEX|TRIGGER) (?:CONCURRENTLY )?(?:IF EXISTS )?${NAME}`,
  'gi',
);

function droppedBy({ text }: Statement): string[] {
  return [...text.matchAll(DROPPED)].map(([, name]) => name ?? '');
}

function createdBy(statement: Statement, functions: Map<string, string>): SqlRule[] {
  return [...constraintsOf(statement), ...partialUniqueOf(statement), ...triggerOf(statement, functions)];
}

function constraintsOf({ text, comment, inner }: Statement): SqlRule[] {
  const table = TABLE.exec(text)?.[1];
  if (table === undefined) return [];
  const found = [...text.matchAll(CONSTRAINT)];
  return found.map((match) => {
    const [, name = '', kind = ''] = match;
    const from = match.index + match[0].length;
    const check = kind.toUpperCase() === 'CHECK';
    const above = inner.filter(
      ({ at }) => at <= match.index && /^\s*(?:ADD )?$/i.test(text.slice(at, match.index)),
    );
    return {
      kind: check ? ('check' as const) : ('exclusion' as const),
      name,
      table,
      condition: check ? unwrapped(parenthesized(text, text.indexOf('(', from))) : exclusionAt(text, from),
      reason: above.map((line) => line.comment).join(' ') || (found.length === 1 ? comment : ''),
    };
  });
}

function exclusionAt(text: string, from: number): string {
  const open = text.indexOf('(', from);
  const columns = parenthesized(text, open);
  const rest = text.slice(open + columns.length);
  const where = /^ ?WHERE ?(?=\()/i.exec(rest);
  const condition = where ? ` WHERE ${parenthesized(rest, where[0].length)}` : '';
  return `${columns}${condition}`;
}

// Expression indexes without a condition are rules of ours as well: Prisma knows columns only.
function partialUniqueOf({ text, comment }: Statement): SqlRule[] {
  const [, name, table, definition = ''] = PARTIAL_UNIQUE.exec(text) ?? [];
  if (name === undefined || table === undefined) return [];
  const onlyColumns = /^\((?: ?"?\w+"?(?: (?:ASC|DESC))?,?)+\)$/i.test(definition);
  return onlyColumns ? [] : [{ kind: 'unique', name, table, condition: definition, reason: comment }];
}

function triggerOf({ text, comment }: Statement, functions: Map<string, string>): SqlRule[] {
  const [, name, moment = '', table, rest = ''] = TRIGGER.exec(text) ?? [];
  if (name === undefined || table === undefined) return [];
  const deferred = /\bINITIALLY DEFERRED\b/i.test(rest) ? ', at commit' : '';
  const [, executed = '', args = ''] = EXECUTED.exec(rest) ?? [];
  // Words with a blank between them: an argument that is a name or a state says nothing to a reader.
  const words = [...args.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"));
  const hint = words.find((text) => text.includes(' '));
  return [
    {
      kind: 'trigger',
      name,
      table,
      condition: `${moment.toLowerCase().replaceAll('"', '')}${deferred}`,
      reason: comment || hint || functions.get(executed) || '',
    },
  ];
}

function unwrapped(text: string): string {
  return text.slice(1, -1).trim();
}
