import { MissingDatabaseUrlError } from '../errors/connection-errors.js';

/** The migrator's own URL first: the application's role may not change the schema. */
export function migratorUrlVariables(service: string): string[] {
  const prefix = service.toUpperCase();
  return [`${prefix}_MIGRATE_DATABASE_URL`, `${prefix}_DATABASE_URL`, 'DATABASE_URL'];
}

/** The first of these variables that is set. @throws {MissingDatabaseUrlError} naming all of them. */
export function urlFrom(variables: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const url = variables.map((name) => env[name]).find((value) => value);
  if (!url) throw new MissingDatabaseUrlError(variables);
  return url;
}
