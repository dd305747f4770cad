import type { Model, Relation, Schema } from './schema.js';

/** The relations of one database, each from the side that is referred to, as a diagram that Markdown viewers draw. */
export function diagramOf({ models }: Schema): string {
  const edges = models.flatMap((model) =>
    model.relations.filter(({ fields }) => fields.length > 0).map((relation) => edge(model, relation)),
  );
  const related = new Set(edges.flatMap(({ parent, child }) => [parent, child]));
  const alone = models.filter(({ name }) => !related.has(name)).map(({ name }) => `  ${name}`);
  return ['```mermaid', 'erDiagram', ...edges.map(({ line }) => line), ...alone, '```'].join('\n');
}

function edge(model: Model, relation: Relation): { parent: string; child: string; line: string } {
  const { name, target, fields } = relation;
  const optional = fields.some((field) => model.fields.find((column) => column.name === field)?.nullable);
  const one = model.keys.some(
    ({ kind, fields: key }) =>
      kind !== 'index' && key.length === fields.length && key.every((part) => fields.includes(part.name)),
  );
  const line = `  ${target} ${optional ? '|o' : '||'}--${one ? 'o|' : 'o{'} ${model.name} : ${name}`;
  return { parent: target, child: model.name, line };
}
