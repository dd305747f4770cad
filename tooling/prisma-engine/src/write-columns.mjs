import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Hand-written SQL must give rows of the generated types, so the select lists are generated too:
 * `columnsOf.user('u')` → `u."id" AS "id", u."first_name" AS "firstName", …`, secret fields left out. With them come the
 * fields that hold a time, because a row that travels as JSON has none: `timesOf.user`.
 *
 * @param {string} schema text of all schema files
 * @param {Record<string, Record<string, true>>} secrets by model delegate
 * @param {string} generated folder of the generated client
 */
export function writeColumns(schema, secrets, generated) {
  const models = columnsByModel(schema);
  const lists = Object.entries(models).map(([model, columns]) => {
    const pairs = columns
      .filter(({ field }) => secrets[model]?.[field] !== true)
      .map(({ column, field }) => `    ['${column}', '${field}'],\n`);
    return `  ${model}: selectList([\n${pairs.join('')}  ]),\n`;
  });
  const times = Object.entries(models).map(([model, columns]) => {
    const fields = columns.filter(({ type }) => type === 'DateTime').map(({ field }) => `'${field}'`);
    return `  ${model}: [${fields.join(', ')}],\n`;
  });
  writeFileSync(
    join(generated, 'columns.ts'),
    `function selectList(columns: readonly (readonly [column: string, field: string])[]) {
  return (alias: string): string => columns.map(([column, field]) => \`\${alias}."\${column}" AS "\${field}"\`).join(', ');
}

/** Select list of a model's columns under their field names, secret fields left out: \`columnsOf.user('u')\`. */
export const columnsOf = {
${lists.join('')}};

/** Fields of a model that hold a time. */
export const timesOf = {
${times.join('')}} as const;
`,
  );
}

/** Scalar and enum fields with their columns, by model delegate. Relations have no column. */
export function columnsByModel(schema) {
  const models = [...schema.matchAll(/^model\s+(\w+)\s*\{([\s\S]*?)^\}/gm)];
  const names = new Set(models.map(([, name]) => name));
  return Object.fromEntries(
    models.map(([, name, body]) => {
      const fields = [...body.matchAll(/^\s*([a-z]\w*)\s+(\w+|Unsupported\("[^"]*"\))[[\]?]*(.*)$/gm)]
        .filter(([, , type]) => !names.has(type) && !type.startsWith('Unsupported'))
        .map(([, field, type, attributes]) => ({
          field,
          type,
          column: /@map\("([^"]+)"\)/.exec(attributes)?.[1] ?? field,
        }));
      return [name.charAt(0).toLowerCase() + name.slice(1), fields];
    }),
  );
}
