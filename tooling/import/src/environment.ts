import { keyringFromEnvironment } from '@codezest/db-core';
import type { Keys, ServiceImport } from './engine/step.js';
import { ImportError } from './errors.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Not DATABASE_URL: that is what the services call the earlier database, and the new packages their own. */
export const SOURCE_VARIABLE = 'IMPORT_SOURCE_DATABASE_URL';

/** The owner of the tables first. */
export function targetVariables({ service }: ServiceImport): readonly [string, string] {
  const prefix = service.toUpperCase();
  return [`${prefix}_MIGRATE_DATABASE_URL`, `${prefix}_DATABASE_URL`];
}

/** @throws {ImportError} IMPORT_URL_MISSING, naming the variables. */
export function urlFrom(env: Environment, ...variables: readonly string[]): string {
  const url = variables.map((name) => env[name]).find(Boolean);
  if (url === undefined)
    throw new ImportError('IMPORT_URL_MISSING', `Set ${variables.join(' or ')}: the import needs its URL.`);
  return url;
}

/** Read when a value needs them. */
export function keysFrom(env: Environment): Keys {
  const rings = new Map<string, ReturnType<typeof keyringFromEnvironment>>();
  const ring = (variable: string) => {
    const known = rings.get(variable) ?? keyringFromEnvironment(variable, env);
    rings.set(variable, known);
    return known;
  };
  return {
    encryption: (service) => ring(`${service.toUpperCase()}_ENCRYPTION_KEYS`),
    lookup: (service) => ring(`${service.toUpperCase()}_LOOKUP_KEYS`),
  };
}
