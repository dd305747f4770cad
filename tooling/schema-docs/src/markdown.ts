import { diagramOf } from './diagram.js';
import type { Enum, Field, Key, Model, Relation, Schema } from './schema.js';
import type { SqlRule } from './sql-rules.js';
import { code, listed, sentence, table } from './text.js';
import type { Transitions } from './transitions.js';

/** The reference of one database: how its models relate, each model, its enums and the rules that only its SQL holds. */
export function schemaAsMarkdown(schema: Schema, rules: SqlRule[], transitions: Transitions[]): string {
  const known = new Set(schema.models.map(({ table }) => table));
  const elsewhere = rules.filter(({ table }) => !known.has(table));
  return [
    diagramOf(schema),
    ...schema.models.map((model) => modelSection(model, rules)),
    ...(elsewhere.length > 0 ? [`#### Rules on other tables\n\n${ruleTable(elsewhere, true)}`] : []),
    ...(transitions.length > 0 ? ['#### Transitions', ...transitions.map(transitionSection)] : []),
    ...(schema.enums.length > 0 ? ['#### Enums', ...schema.enums.map(enumSection)] : []),
  ].join('\n\n');
}

function modelSection(model: Model, rules: SqlRule[]): string {
  const own = rules.filter(({ table }) => table === model.table);
  return [
    `#### ${model.name}`,
    `Table \`${model.table}\`. ${sentence(model.doc)}`,
    table(
      ['field', 'type', 'null', 'default', 'key', 'meaning'],
      model.fields.map((field) => fieldRow(field, model)),
    ),
    ...listed('Relations', model.relations.map(relationLine)),
    ...listed('Keys and indexes', model.keys.filter(isWorthALine).map(keyLine)),
    ...(own.length > 0 ? [`Kept by SQL alone:\n\n${ruleTable(own, false)}`] : []),
  ].join('\n\n');
}

function fieldRow(field: Field, model: Model): string[] {
  return [
    field.name,
    `${typeOf(field)}${field.list ? '[]' : ''}`,
    field.nullable ? 'yes' : '',
    defaultsOf(field).map(code).join(', '),
    keyOf(field, model),
    sentence(field.doc),
  ];
}

function typeOf({ type, nativeType, typescript }: Field): string {
  const native = nativeType === undefined ? type : nativeType.toLowerCase().replace(', ', ',');
  return typescript === undefined ? native : `${native} (${code(typescript)})`;
}

function defaultsOf(field: Field): string[] {
  return [field.default, field.isUpdatedAt ? '@updatedAt' : undefined].filter(
    (value, at, all): value is string => value !== undefined && all.indexOf(value) === at,
  );
}

function keyOf(field: Field, model: Model): string {
  const marks = [];
  const alone = model.keys.find(({ fields }) => fields.length === 1 && fields[0]?.name === field.name);
  if (field.isId || alone?.kind === 'primary') marks.push('primary');
  else if (alone?.kind === 'unique') marks.push('unique');
  for (const relation of model.relations) {
    if (relation.fields.includes(field.name)) marks.push(`→ ${relation.target}`);
  }
  return marks.join(', ');
}

function relationLine({ name, target, list, fields, references, onDelete }: Relation): string {
  const arrow = `\`${name}\`: ${target}${list ? '[]' : ''}`;
  if (fields.length === 0) return arrow;
  return `${arrow} by (${fields.join(', ')}) → (${references.join(', ')}), on delete ${onDelete ?? 'restrict'}`;
}

// A primary key or a unique of one column already stands in the table of fields.
function isWorthALine({ kind, fields }: Key): boolean {
  return kind === 'index' || fields.length > 1;
}

function keyLine({ kind, name, fields, comment }: Key): string {
  const columns = fields.map((field) => `${field.name}${field.descending ? ' desc' : ''}`).join(', ');
  const serves = comment === undefined ? '' : `: ${sentence(comment)}`;
  return `${kind} (${columns})${name === undefined ? '' : ` \`${name}\``}${serves}`;
}

function ruleTable(rules: SqlRule[], withTable: boolean): string {
  const head = ['name', 'kind', ...(withTable ? ['table'] : []), 'condition', 'why'];
  return table(
    head,
    rules.map(({ name, kind, table: of, condition, reason }) => [
      code(name),
      kind,
      ...(withTable ? [of] : []),
      kind === 'trigger' ? condition : code(condition),
      reason,
    ]),
  );
}

function transitionSection({ table: of, steps }: Transitions): string {
  const lines = [...steps].map(([from, to]) => `- \`${from}\` → ${to.map(code).join(', ')}`);
  return `**rules.${of}**: what is not listed is refused.\n\n${lines.join('\n')}`;
}

function enumSection({ name, doc, members }: Enum): string {
  const lines = members.map(
    (member) => `- \`${member.name}\`${member.doc ? `: ${sentence(member.doc)}` : ''}`,
  );
  return `**${name}**: ${sentence(doc)}\n\n${lines.join('\n')}`;
}
