// What the schema's `/// [Type]` comments say: which field holds which type of the package's namespace.

/**
 * @typedef {{ name: string, isString: boolean, type: string }} TypedField
 * @typedef {{ name: string, fields: TypedField[], compoundUniques: number }} Model
 *
 * @param {string} schema text of all schema files
 * @returns {{ namespace: string | undefined, models: Model[] }} models with at least one typed field
 */
export function typedFieldsOf(schema) {
  const namespace = /generator\s+\w+\s*\{[^}]*"prisma-json-types-generator"[^}]*\}/
    .exec(schema)?.[0]
    .match(/namespace\s*=\s*"(\w+)"/)?.[1];
  const models = [...schema.matchAll(/^model\s+(\w+)\s*\{\n([\s\S]*?)^\}/gm)].map(([, name, body]) => ({
    name,
    fields: typedFields(name, body),
    compoundUniques: [...body.matchAll(/^\s*@@(?:id|unique)\(\s*(?:fields:\s*)?\[[^\]]*,/gm)].length,
  }));
  return { namespace, models: models.filter(({ fields }) => fields.length > 0) };
}

function typedFields(model, body) {
  const fields = [];
  let documentation = [];
  for (const line of body.split('\n').map((text) => text.trim())) {
    if (line.startsWith('///')) {
      documentation.push(line);
      continue;
    }
    const [, name, scalar] = /^([a-zA-Z]\w*)\s+(\w+)/.exec(line) ?? [];
    const trailing = /\/\/\/.*$/.exec(line);
    const type =
      name && typeIn(`${model}.${name}`, trailing ? [...documentation, trailing[0]] : documentation);
    if (type) fields.push({ name, isString: scalar === 'String', type });
    documentation = [];
  }
  return fields;
}

/**
 * prisma-json-types-generator reads a type only where it opens a line. Elsewhere it would be ignored without a word,
 * and the field would stay a plain string.
 */
function typeIn(field, documentation) {
  for (const line of documentation) {
    const text = line.replace(/^\/+\s*/, '');
    const opening = /^\[([^\]]+)\]/.exec(text);
    if (opening) return opening[1];
    const stray = /\[([A-Z]\w*)\]/.exec(text);
    if (stray)
      throw new Error(
        `${field}: put /// ${stray[0]} on a line of its own; inside a sentence it has no effect.`,
      );
  }
  return undefined;
}
