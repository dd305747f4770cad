import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { realHashes } from './constraints/password-hashes.js';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

/** The table's rows: a scheme, and the forms of its hashes as far as they are written as code. */
function formsByScheme(): [scheme: string, forms: string[]][] {
  const [, table = ''] = readme.match(/^\| scheme \| forms \|\n\|---\|---\|\n((?:\|.*\n)+)/m) ?? [];
  return table
    .trimEnd()
    .split('\n')
    .map((row) => {
      const [, scheme = '', cell = ''] = row.match(/^\| `?(\w+)`? \| (.*) \|$/) ?? [];
      const code = Array.from(cell.matchAll(/`([^`]+)`/g), ([, text = '']) => text);
      return [scheme === 'none' ? 'current' : scheme, code.filter((text) => /[$:{@]/.test(text))];
    });
}

/** `salt:key` is a whole hash, the others are how one begins; what starts with @ stands within. */
function patternOf(form: string): RegExp {
  const pattern = form
    .replaceAll(/[$.{}]/g, '\\$&')
    .replaceAll('…', '.+')
    .replace('salt:key', '[0-9A-Za-z]+:[0-9a-f]+$');
  return new RegExp(form.startsWith('@') ? pattern : `^${pattern}`);
}

test('the database takes a hash of a real library of every form that the README names', () => {
  const forms = formsByScheme();

  expect(forms.map(([scheme]) => scheme)).toEqual(Object.keys(realHashes));
  expect(forms.flatMap(([, each]) => each).length).toBeGreaterThan(20);
  const missing = forms.flatMap(([scheme, each]) => {
    const hashes = Object.values(realHashes[scheme] ?? {});
    return each.filter((form) => !hashes.some((hash) => patternOf(form).test(hash)));
  });
  expect(missing).toEqual([]);
});
