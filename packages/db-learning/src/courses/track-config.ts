import type { Authored } from './course.js';
import { isText } from './course-fields.js';
import { canonical } from './course-tables.js';

// What the config files of a track say goes to columns, and what no column has to `authored`; both give the file again.

type Config = Record<string, unknown>;

/** Columns of an exercise by the names of config.json and of the exercise's .meta/config.json. */
interface NamedValues {
  readonly [field: string]: unknown;
}

/** Without what is empty: a track leaves that out, or says it in its own words, which are authored then. */
export function withoutEmpty(values: NamedValues): Config {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** The fields of a config that the columns do not give. */
export function beyond(config: Config, values: NamedValues): Authored {
  const given = withoutEmpty(values);
  return Object.fromEntries(
    Object.entries(config).filter(([field, value]) => canonical(value) !== canonical(given[field])),
  );
}

/** The config that the columns and what is beyond them give. */
export function together(values: NamedValues, authored: unknown): Config {
  return { ...withoutEmpty(values), ...(authored as Config | undefined) };
}

/** A text, or null where the config has something else. */
export const textIn = (value: unknown): string | null => (isText(value) ? value : null);

/** A list of texts, empty where the config has something else. */
export const textsIn = (value: unknown): string[] =>
  Array.isArray(value) && value.every(isText) ? value : [];
