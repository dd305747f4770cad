import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `table.column` of every field that the schema marks `@secret`, in alphabetical order. */
export function secretColumnsOf(schemaFolder: string): string[] {
  const found: string[] = [];
  for (const file of readdirSync(schemaFolder)) {
    const text = readFileSync(join(schemaFolder, file), 'utf8');
    for (const [, body = ''] of text.matchAll(/^model \w+ \{\n(.*?)^\}/gms)) {
      const table = /@@map\("(\w+)"\)/.exec(body)?.[1];
      for (const [, field, rest = ''] of body.matchAll(
        /^ *\/\/\/.*@secret.*\n(?: *\/\/\/.*\n)* *(\w+) +(.*)$/gm,
      )) {
        found.push(`${table}.${/@map\("(\w+)"\)/.exec(rest)?.[1] ?? field}`);
      }
    }
  }
  return found.sort();
}
