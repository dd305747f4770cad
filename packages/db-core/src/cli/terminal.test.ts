import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createTerminal } from './terminal.js';

function passed(columns: number, line: string): string {
  let written = '';
  const stderr = { isTTY: true, columns, write: (text: string) => (written += text) };
  createTerminal({ argv: [], env: { FORCE_COLOR: '1' }, stdout: stderr, stderr }).passing(line);
  return written;
}

it('a passing line is cut to the terminal, and its colours are whole', () => {
  const written = passed(20, '  … 20261123000000_initial');

  expect(stripVTControlCharacters(written)).toBe('  … 20261123000000_');
  expect(written.endsWith('\u001b[22m')).toBe(true);
});

it('a terminal that does not know its width gets the line as it is', () => {
  expect(stripVTControlCharacters(passed(0, '  … accounts'))).toBe('  … accounts');
});
