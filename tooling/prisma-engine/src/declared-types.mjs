import { existsSync, readFileSync } from 'node:fs';
import { typedFieldsOf } from './branded-fields.mjs';

/**
 * Generated files are not type-checked, so a type that nobody declared would silently be `any`: a misspelt
 * `/// [UserIdd]` must stop the generation instead.
 *
 * @param {string} schema text of all schema files
 * @param {string} declarations the file that declares the package's namespace
 */
export function assertTypesDeclared(schema, declarations) {
  const { namespace, models } = typedFieldsOf(schema);
  if (!namespace || !existsSync(declarations)) return;

  const text = readFileSync(declarations, 'utf8');
  const declared = new Set(
    [...text.matchAll(/\b(?:type|interface|import)\s+(\w+)/g)].map(([, name]) => name),
  );
  const missing = models.flatMap(({ name, fields }) =>
    fields
      .filter(({ type }) => !declared.has(/^\w+/.exec(type)?.[0]))
      .map((field) => `[${field.type}] of ${name}.${field.name}`),
  );
  if (missing.length > 0) {
    throw new Error(`${declarations} does not declare in namespace ${namespace}: ${missing.join(', ')}.`);
  }
}
