import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// A BigInt field is a `bigint` in Prisma's client: it mixes with no number and is refused by JSON.stringify. Where a rule of
// the database keeps the column within what a number holds exactly, the field's doc comment says `@number`. The client is
// generated from a schema in which such a field is an Int: Prisma neither reads nor writes less than 53 bits of one. The
// migrations follow the schema as it is written, so the column stays a BIGINT.

/**
 * Writes the schema of the client. Two folders below the package, as the original is, because generators name their
 * output relative to it.
 *
 * @returns {string} its folder
 */
export function writeClientSchema(directory) {
  const written = join(directory, 'prisma/schema');
  const folder = join(directory, 'node_modules/.client-schema');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(written).filter((name) => name.endsWith('.prisma'))) {
    writeFileSync(join(folder, file), clientSchemaOf(readFileSync(join(written, file), 'utf8')));
  }
  return folder;
}

/** @param {string} schema */
export function clientSchemaOf(schema) {
  const numbers = numberFieldsOf(schema);
  return schema.replace(/^model\s+(\w+)\s*\{[\s\S]*?^\}/gm, (model, name) =>
    (numbers[name] ?? []).reduce(
      (text, field) => text.replace(new RegExp(`^(\\s*${field}\\s+)BigInt\\b`, 'm'), '$1Int'),
      model,
    ),
  );
}

/**
 * Completes what the client knows of its models at run time: the fields get their own type again, by which db-core tells how
 * great a number may be, and relations say whether they are lists, by which it tells where live rows are read.
 *
 * @param {string} schema text of all schema files
 * @param {string} generated folder of the generated client
 */
export function completeDataModel(schema, generated) {
  const file = join(generated, 'internal/class.ts');
  const numbers = numberFieldsOf(schema);
  const text = readFileSync(file, 'utf8').replace(
    /(runtimeDataModel = JSON\.parse\()("(?:[^"\\]|\\.)*")(\))/,
    (_, before, json, after) => {
      const { models, ...rest } = JSON.parse(JSON.parse(json));
      for (const [model, fields] of Object.entries(numbers)) {
        for (const field of models[model].fields) if (fields.includes(field.name)) field.type = 'BigInt';
      }
      for (const [, model, field] of listFieldsOf(schema)) {
        models[model].fields.find(({ name }) => name === field).isList = true;
      }
      return `${before}${JSON.stringify(JSON.stringify({ models, ...rest }))}${after}`;
    },
  );
  for (const [model, fields] of Object.entries(numbers)) {
    for (const field of fields) {
      if (!text.includes(`{\\"name\\":\\"${field}\\",\\"kind\\":\\"scalar\\",\\"type\\":\\"BigInt\\"`))
        throw new Error(`${file} does not describe ${model}.${field} as expected. See client-schema.mjs.`);
    }
  }
  writeFileSync(file, text);
}

/** The relations that are lists: `[, model, field]` each. */
function listFieldsOf(schema) {
  const models = [...schema.matchAll(/^model\s+(\w+)\s*\{\n([\s\S]*?)^\}/gm)];
  const names = new Set(models.map(([, name]) => name));
  return models.flatMap(([, model, body]) =>
    [...body.matchAll(/^\s*(\w+)\s+(\w+)\[\]/gm)]
      .filter(([, , type]) => names.has(type))
      .map(([line, field]) => [line, model, field]),
  );
}

/** @returns {Record<string, string[]>} the fields that are numbers, by model */
function numberFieldsOf(schema) {
  const numbers = {};
  for (const [, model, body] of schema.matchAll(/^model\s+(\w+)\s*\{\n([\s\S]*?)^\}/gm)) {
    let documentation = '';
    for (const line of body.split('\n').map((text) => text.trim())) {
      if (line.startsWith('///')) {
        documentation += `${line}\n`;
        continue;
      }
      const [, field, type] = /^(\w+)\s+(\w+)/.exec(line) ?? [];
      if (field !== undefined && /@number\b/.test(documentation)) {
        if (type !== 'BigInt')
          throw new Error(`${model}.${field} is ${type}: @number is for fields that are BigInt.`);
        numbers[model] = [...(numbers[model] ?? []), field];
      }
      documentation = '';
    }
  }
  return numbers;
}
