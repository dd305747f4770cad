import { timeZoneNames } from '@codezest/db-types';
import { filesBelow, read } from './repository.js';

// SQL that several databases need alike: one text per rule in packages/db-core/rules, copied into each migration that
// has its two marker lines. A migration ships by itself and its text never changes, so it cannot refer to the rule.

const DIRECTORY = 'packages/db-core/rules';
export const TIME_ZONES = `${DIRECTORY}/time-zones.sql`;
const COPY = /^-- shared rule: ([a-z-]+)\n[\s\S]*?^-- end of shared rule$/gm;

/** Names of the rules, as they stand in the markers. */
export const sharedRules = (): string[] =>
  filesBelow(DIRECTORY, '.sql').map((path) => path.slice(DIRECTORY.length + 1, -'.sql'.length));

export const migrations = (): string[] => filesBelow('packages', '/migration.sql');

/** A migration with its copies written anew. */
export function withFreshCopies(migration: string): string {
  return migration.replace(
    COPY,
    (_all, rule: string) =>
      `-- shared rule: ${rule}\n${read(`${DIRECTORY}/${rule}.sql`)}-- end of shared rule`,
  );
}

/** The rule on time zones with the names that db-types knows. */
export function timeZonesSql(): string {
  const names = Object.fromEntries(timeZoneNames());
  const entries = Object.entries(names).map(
    ([name, zone]) => `${JSON.stringify(name)}:${JSON.stringify(zone)}`,
  );
  const lines: string[] = [];
  for (const entry of entries) {
    const line = lines.at(-1);
    if (line === undefined || line.length + entry.length > 116) lines.push(entry);
    else lines[lines.length - 1] = `${line},${entry}`;
  }
  return read(TIME_ZONES).replace(/'\{[\s\S]*?\}'/, `'{\n${lines.join(',\n')}\n}'`);
}
