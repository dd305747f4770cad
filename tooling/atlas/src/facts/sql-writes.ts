import { migrationFiles, type Service, statements } from '@codezest/schema-docs';

/** What the database's own functions and triggers write. */
export interface SqlWrites {
  /** Tables that a text of SQL writes, itself and through the functions that it calls. */
  readonly of: (text: string) => string[];
  /** By table: what its triggers write elsewhere, and which events their functions tell. */
  readonly ofTriggers: ReadonlyMap<string, { readonly tables: string[]; readonly events: string[] }>;
}

const NAME = String.raw`(?:"?(?:public|rules)"?\.)?"?(\w+)"?`;
const FUNCTION = new RegExp(`^CREATE (?:OR REPLACE )?FUNCTION ${NAME}`, 'i');
const TRIGGER = new RegExp(`^CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER ${NAME} .+? ON ${NAME} `, 'i');
const EXECUTED = new RegExp(`EXECUTE FUNCTION ${NAME} ?\\(`, 'i');
const WRITTEN = new RegExp(`\\b(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO)\\s+(?:ONLY\\s+)?${NAME}`, 'gi');
const CALLED = /\brules"?\."?(\w+)"?\s*\(/g;
const EVENT = /'([a-z]+\.[a-z_]+)'/g;

export function readSqlWrites(
  service: Service,
  tables: ReadonlySet<string>,
  eventTypes: ReadonlySet<string>,
): SqlWrites {
  const all = migrationFiles(service).flatMap(({ text }) => statements(text));
  const functions = new Map<string, string>();
  for (const { text } of all) {
    const name = FUNCTION.exec(text)?.[1];
    if (name !== undefined) functions.set(name, `${functions.get(name) ?? ''}\n${text}`);
  }

  const whole = (text: string, seen = new Set<string>()): string => {
    const called = [...text.matchAll(CALLED)].map(([, name = '']) => name).filter((name) => !seen.has(name));
    return [
      text,
      ...called.map((name) => {
        seen.add(name);
        return whole((functions.get(name) ?? '').replace(FUNCTION, ''), seen);
      }),
    ].join('\n');
  };
  const of = (text: string): string[] =>
    unique(matches(whole(text), WRITTEN).filter((table) => tables.has(table)));

  const ofTriggers = new Map<string, { tables: string[]; events: string[] }>();
  for (const { text } of all) {
    const table = TRIGGER.exec(text)?.[2];
    const executed = EXECUTED.exec(text)?.[1];
    if (table === undefined || executed === undefined) continue;
    const body = whole(`rules.${executed}(`);
    const written = of(body);
    // A function that names an event and neither writes the outbox nor another table only looks events up.
    const tells = written.length > 0 || /\bINSERT INTO outbox\b/i.test(body);
    const told = tells ? matches(body, EVENT).filter((type) => eventTypes.has(type)) : [];
    const before = ofTriggers.get(table) ?? { tables: [], events: [] };
    ofTriggers.set(table, {
      tables: unique([...before.tables, ...written]),
      events: unique([...before.events, ...told]),
    });
  }
  return { of, ofTriggers };
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

export function unique(names: string[]): string[] {
  return [...new Set(names)].sort();
}
