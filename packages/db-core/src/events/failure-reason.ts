import { InvalidEventError } from '@codezest/db-types';
import { databaseErrorFacts } from '../errors/facts.js';

/** Why an event could not be applied, in codes and names alone: the reason outlives the row that it is about. */
export function reasonOf(error: unknown): string {
  if (error instanceof InvalidEventError) return `${error.code} ${error.at}`.trim().slice(0, LONGEST_REASON);
  const { name, code, constraint, sqlState } = databaseErrorFacts(error);
  const known = code !== undefined && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined;
  return [known ?? name, constraint, sqlState === known ? undefined : sqlState]
    .filter((part) => part !== undefined)
    .join(' ')
    .slice(0, LONGEST_REASON);
}

const LONGEST_REASON = 200;
