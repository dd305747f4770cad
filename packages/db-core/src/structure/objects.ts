/** The definition of each object of a structure's text by its kind and name: `trigger a on public.b` and so on. */
export type StructureObjects = ReadonlyMap<string, string>;

/**
 * Tables, columns, constraints, indexes, triggers, policies, functions, enums and sequences, read from what `dumpStructure`
 * writes. Definitions are without parentheses and blank space: a dump that is restored into the same version comes back
 * with other ones (`(a OR b) OR c` as `a OR b OR c`), and rules that mean the same shall be the same.
 */
export function objectsIn(text: string): StructureObjects {
  const objects = new Map<string, string>();
  const add = (name: string, definition: string): void => {
    objects.set(name, definition.replace(/[()\s]/g, ''));
  };
  for (const body of sectionOf(text, 'Functions').split(/^(?=CREATE OR REPLACE )/m)) {
    const [, kind, name] = /^CREATE OR REPLACE (FUNCTION|PROCEDURE) (.*)$/m.exec(body) ?? [];
    if (kind && name) add(`${kind.toLowerCase()} ${name}`, body);
  }
  for (const section of ['Enums', 'Sequences']) {
    for (const sql of sectionOf(text, section).split(/;$/m)) {
      const [, kind, name] = /CREATE (TYPE|SEQUENCE) (\S+)/.exec(sql) ?? [];
      if (kind && name) add(`${kind.toLowerCase()} ${name}`, sql);
    }
  }
  let table = '';
  for (const line of sectionOf(text, 'Tables').split('\n')) {
    const [, begun, rest = ''] = /^CREATE TABLE (\S+)(.*)$/.exec(line) ?? [];
    if (begun !== undefined) {
      table = begun;
      add(`table ${table}`, rest.startsWith(' PARTITION OF') ? rest : '');
      continue;
    }
    const [, constraint, rule] = /^ {4}CONSTRAINT (\S+) (.*?),?$/.exec(line) ?? [];
    if (constraint && rule) {
      add(`constraint ${constraint} on ${table}`, rule);
      continue;
    }
    const [, column, type] = /^ {4}("[^"]+"|\S+) (.*?),?$/.exec(line) ?? [];
    if (column && type) {
      add(`column ${table}.${column}`, type);
      continue;
    }
    const [, kind, name] = /^CREATE (?:UNIQUE |CONSTRAINT )?(INDEX|TRIGGER|POLICY) (\S+) /.exec(line) ?? [];
    if (kind && name) add(`${kind.toLowerCase()} ${name} on ${table}`, line);
    else if (/^ALTER TABLE .* ROW LEVEL SECURITY;$/.test(line)) add(`row security of ${table}`, line);
  }
  return objects;
}

export interface StructureDifference {
  /** Objects of the package that the database has not. */
  readonly gone: string[];
  /** Objects that are there and are not what the package made. */
  readonly changed: string[];
}

export function differenceOf(expected: StructureObjects, found: StructureObjects): StructureDifference {
  const names = [...expected.keys()];
  return {
    gone: names.filter((name) => !found.has(name)),
    changed: names.filter((name) => found.has(name) && found.get(name) !== expected.get(name)),
  };
}

function sectionOf(text: string, title: string): string {
  const [, after = ''] = text.split(`\n-- ${title}\n`);
  return (
    after.split(
      /\n-- (?:Schemas and extensions|Enums|Functions|Sequences|Tables|Views|Grants|Rows of .*)\n/,
    )[0] ?? ''
  );
}
