import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { packageOf, type Service, TYPES_PACKAGE } from './earlier/schema.js';
import type { LeftByHand } from './left-by-hand.js';
import type { ServiceProject } from './service-project.js';

/** What the tool reads besides sources. Lock files are the package client's. */
const TEXTS =
  /\.(?:json|ya?ml|toml|sh|env(?:\..+)?|md)$|(?:^|[\\/])(?:Dockerfile|\.env[^\\/]*|\.npmrc|Procfile)$/i;
const LOCK = /(?:package-lock|npm-shrinkwrap)\.json$|pnpm-lock\.yaml$/;
const SECTIONS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

export interface OtherFiles {
  readonly texts: ReadonlyMap<string, string>;
  readonly left: readonly LeftByHand[];
}

/** Manifests lose the earlier package; what else names it, or a setting that has another name, is told. */
export function rewriteOtherFiles(
  project: ServiceProject,
  paths: readonly string[],
  earlier: string,
  used: readonly Service[],
): OtherFiles {
  const texts = new Map<string, string>();
  const left: LeftByHand[] = [];
  for (const path of paths) {
    if (!TEXTS.test(path) || LOCK.test(path)) continue;
    const before = readFileSync(path, 'utf8');
    const after = basename(path) === 'package.json' ? withoutEarlier(before, earlier) : before;
    if (after !== before) texts.set(path, after);
    left.push(...leftIn(project.nameOf(path), after, earlier, used));
  }
  return { texts, left };
}

/** Only the line goes: the manifest keeps its order and its blanks. The new packages were installed before. */
function withoutEarlier(text: string, earlier: string): string {
  const content: unknown = parsed(text);
  if (typeof content !== 'object' || content === null) return text;
  const isListed = SECTIONS.some((section) => {
    const entries: unknown = Reflect.get(content, section);
    return typeof entries === 'object' && entries !== null && earlier in entries;
  });
  if (!isListed) return text;
  const entry = `"${escaped(earlier)}"\\s*:\\s*"[^"]*"`;
  return text
    .replace(new RegExp(`\\{\\s*${entry}\\s*\\}`, 'g'), '{}')
    .replace(new RegExp(`[ \\t]*${entry}\\s*,\\r?\\n`, 'g'), '')
    .replace(new RegExp(`,(\\s*)${entry}(?=\\s*\\})`, 'g'), '')
    .replace(new RegExp(`${entry}\\s*,?\\s*`, 'g'), '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function leftIn(file: string, text: string, earlier: string, used: readonly Service[]): LeftByHand[] {
  const [service] = used;
  const isSetting = /\.env|compose|Dockerfile|\.ya?ml$/i.test(file);
  return text.split(/\r?\n/).flatMap((content, at) => {
    const line = at + 1;
    if (content.includes(earlier))
      return [
        {
          file,
          line,
          reason: `names ${earlier}: now ${[...used.map(packageOf), TYPES_PACKAGE].join(' or ')}`,
        },
      ];
    if (
      basename(file) === 'package.json' &&
      /"\s*:\s*"[^"]*\bprisma\s+(?:generate|migrate|db)\b/.test(content)
    )
      return [
        {
          file,
          line,
          reason: `a script of Prisma: the client is generated already, and \`codezest-db-${service} migrate\` migrates`,
        },
      ];
    if (!isSetting) return [];
    if (/^\s*(?:export\s+|-\s*)?DATABASE_URL\b/.test(content) && service !== undefined)
      return [
        {
          file,
          line,
          reason: `DATABASE_URL is the fallback now: ${used.map((each) => `${each.toUpperCase()}_DATABASE_URL`).join(' and ')}`,
        },
      ];
    return /^\s*(?:export\s+|-\s*)?MONGODB_(?:URL|DATABASE)\b/.test(content)
      ? [{ file, line, reason: 'ACTIVITY_MONGODB_URL now, which names the database' }]
      : [];
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
