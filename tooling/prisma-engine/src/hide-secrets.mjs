import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fields whose doc comment says `@secret` are left out of every result unless a caller asks for them. Prisma has the
 * option (`omit`), but its types forget it inside transactions, where they promise columns that are not there. So the
 * secret fields become the default of the generated client's type parameter, and a constant for the client to pass on.
 *
 * @param {string} schema text of all schema files
 * @param {string} generated folder of the generated client
 * @returns {number} how many fields are secret
 */
export function hideSecrets(schema, generated) {
  const secrets = secretFieldsOf(schema);
  writeFileSync(
    join(generated, 'secret-fields.ts'),
    `/** Fields that results leave out unless asked for: those marked \`@secret\` in the schema. */
export const secretFields = ${JSON.stringify(secrets, null, 2)} as const;

export type SecretFields = typeof secretFields;
`,
  );
  replaceOnce(
    join(generated, 'internal/class.ts'),
    /(in out OmitOpts extends Prisma\.PrismaClientOptions\['omit'\]) = Prisma\.PrismaClientOptions\['omit'\]/,
    '$1 = SecretFields',
    "import type { SecretFields } from '../secret-fields.js'\n",
  );
  replaceOnce(
    join(generated, 'client.ts'),
    /(OmitOpts extends Prisma\.PrismaClientOptions\["omit"\]) = Prisma\.PrismaClientOptions\["omit"\]/,
    '$1 = SecretFields',
    "import type { SecretFields } from './secret-fields.js'\n",
  );
  return Object.values(secrets).reduce((count, fields) => count + Object.keys(fields).length, 0);
}

/** `{ user: { password: true } }` from the schema: model delegate → field. */
export function secretFieldsOf(schema) {
  const secrets = {};
  let model;
  let documentation = '';
  for (const line of schema.split('\n').map((text) => text.trim())) {
    if (line.startsWith('///')) {
      documentation += line;
      continue;
    }
    model = /^model\s+(\w+)\s*\{/.exec(line)?.[1] ?? (line === '}' ? undefined : model);
    const field = /^(\w+)\s+\w/.exec(line)?.[1];
    if (model !== undefined && field !== undefined && field !== 'model' && /@secret\b/.test(documentation)) {
      const delegate = model.charAt(0).toLowerCase() + model.slice(1);
      secrets[delegate] = { ...secrets[delegate], [field]: true };
    }
    documentation = '';
  }
  return secrets;
}

/**
 * A generated file that no longer looks as expected must stop the build, not lose the guarantee silently. The import
 * goes to the end, because `@ts-nocheck` only counts above the first statement.
 */
function replaceOnce(file, pattern, replacement, footer) {
  const text = readFileSync(file, 'utf8');
  if (!pattern.test(text)) {
    throw new Error(
      `${file} is not shaped as expected; this Prisma version generates something else. See hide-secrets.mjs.`,
    );
  }
  writeFileSync(file, `${text.replace(pattern, replacement)}\n${footer}`);
}
