import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'test-results/secrets';

/** What the tests of each package have made that is secret: see `remember-secrets` in the presets. */
export function readMadeSecrets(root: string): Set<string> {
  const secrets = new Set<string>();
  for (const folder of secretFolders(root)) {
    for (const file of readdirSync(folder)) {
      for (const secret of readFileSync(join(folder, file), 'utf8').split('\n')) {
        if (secret !== '') secrets.add(secret);
      }
    }
  }
  return secrets;
}

export function forgetMadeSecrets(root: string): void {
  for (const folder of secretFolders(root)) rmSync(folder, { recursive: true });
}

function secretFolders(root: string): string[] {
  return ['packages', 'tooling']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name, FOLDER)))
    .filter((folder) => existsSync(folder));
}

/** A token in base64url, and its bytes in hex or base64. Looked up, since there may be thousands of them. */
const tokenForms = [/[\w-]{43,}/g, /[0-9a-f]{64}/g, /[A-Za-z0-9+/]{43}=/g];

/**
 * Lines in which a secret stands: as it is, or a token's bytes in hex or base64. They are read one after the other, because a
 * server's log may be longer than a text can be.
 */
export async function linesWithSecrets(
  lines: Iterable<string> | AsyncIterable<string>,
  secrets: ReadonlySet<string>,
): Promise<string[]> {
  const tokens = new Set<string>();
  const texts: string[] = [];
  for (const secret of secrets) {
    if (!/^[\w-]{43}$/.test(secret)) {
      texts.push(secret);
      continue;
    }
    const bytes = Buffer.from(secret, 'base64url');
    tokens.add(secret).add(bytes.toString('hex')).add(bytes.toString('base64'));
  }
  const holdsToken = (line: string) =>
    tokenForms.some((form) => line.match(form)?.some((word) => tokens.has(word)) === true);
  const found = new Set<string>();
  // Each line once: a log repeats itself.
  const seen = new Set<string>();
  for await (const line of lines) {
    if (seen.has(line)) continue;
    if (line.length < LONG_LINE) seen.add(line);
    if (holdsToken(line) || texts.some((secret) => line.includes(secret))) found.add(line);
  }
  return [...found];
}

/** Longer ones are not kept. */
const LONG_LINE = 10_000;
