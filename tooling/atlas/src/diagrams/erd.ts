import type { CrossServiceReference } from '@codezest/db-types';
import type { Field, Model, Relation, Schema, Service } from '@codezest/schema-docs';
import { modelOfEntity } from '../facts/entities.js';
import { paths } from '../paths.js';
import { colors, escaped, svgOf } from './dot.js';

export interface ErdOptions {
  readonly service: Service;
  readonly schema: Schema;
  readonly references: readonly CrossServiceReference[];
  /** A part of the domain; default: all of them, with the columns that are keys alone. */
  readonly part?: string;
}

/** Models with their columns and relations, and what they refer to in other services. */
export function erdOf({ service, schema, references, part }: ErdOptions): string {
  const shown = schema.models.filter((model) => part === undefined || model.part === part);
  const names = new Set(shown.map(({ name }) => name));
  const own = references.filter(
    ({ table, store, service: of }) =>
      of === service && store === 'postgresql' && shown.some((model) => model.table === table),
  );
  const relations = shown.flatMap((model) =>
    model.relations.filter(({ fields }) => fields.length > 0).map((relation) => ({ model, relation })),
  );
  const neighbours = new Set(
    relations.map(({ relation }) => relation.target).filter((name) => !names.has(name)),
  );
  const intoPart = schema.models
    .filter(({ name }) => !names.has(name))
    .flatMap((model) =>
      model.relations
        .filter(({ fields, target }) => fields.length > 0 && names.has(target))
        .map((relation) => ({ model, relation })),
    );
  for (const { model } of intoPart) neighbours.add(model.name);

  const label =
    part === undefined
      ? `Models of ${service} and their relations`
      : `Models of ${service}, ${part}, and their relations`;
  return svgOf(
    [
      'graph [rankdir=LR nodesep=0.3 ranksep=1.1]',
      'node [shape=plain]',
      'edge [dir=both arrowtail=none]',
      ...shown.map((model) => tableNode(service, model, part !== undefined)),
      ...[...neighbours].map((name) => stubNode(name, name, paths.model(service, name))),
      ...entitiesOf(own).map(({ id, title, href }) => stubNode(id, title, href)),
      ...[...relations, ...intoPart].map(({ model, relation }) => relationEdge(model, relation, names)),
      ...own.map((reference) => referenceEdge(reference, shown)),
    ],
    label,
  );
}

function tableNode(service: Service, model: Model, whole: boolean): string {
  const fields = model.fields.filter((field) => whole || isKey(field, model));
  const rows = fields.map(
    (field) =>
      `<TR><TD PORT="${field.name}" ALIGN="LEFT" SIDES="LTB">${escaped(field.name)}</TD>` +
      `<TD ALIGN="LEFT" SIDES="TB">${escaped(typeOf(field))}</TD>` +
      `<TD PORT="${field.name} out" ALIGN="LEFT" SIDES="TRB">${marksOf(field, model)}</TD></TR>`,
  );
  return (
    `"${model.name}" [label=<<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="4" BGCOLOR="${colors.body}" COLOR="${colors.line}">` +
    `<TR><TD COLSPAN="3" BGCOLOR="${colors.head}" HREF="${paths.model(service, model.name)}"><B>${model.name}</B></TD></TR>${rows.join('')}</TABLE>>]`
  );
}

function stubNode(id: string, title: string, href: string): string {
  return (
    `"${id}" [label=<<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0" CELLPADDING="6" COLOR="${colors.line}">` +
    `<TR><TD BGCOLOR="${colors.elsewhere}" HREF="${href}">${escaped(title)}</TD></TR></TABLE>>]`
  );
}

function typeOf({ type, nativeType, nullable, list }: Field): string {
  return `${(nativeType ?? type).toLowerCase().replace(', ', ',')}${list ? '[]' : ''}${nullable ? '?' : ''}`;
}

function isKey(field: Field, model: Model): boolean {
  return marksOf(field, model) !== '';
}

function marksOf(field: Field, { keys, relations }: Model): string {
  const inKey = (kind: string) =>
    keys.some((key) => key.kind === kind && key.fields.some(({ name }) => name === field.name));
  return [
    field.isId || inKey('primary') ? 'PK' : '',
    relations.some(({ fields }) => fields.includes(field.name)) ? 'FK' : '',
    inKey('unique') ? 'UQ' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function relationEdge(model: Model, relation: Relation, shown: Set<string>): string {
  const { target, fields, references } = relation;
  const optional = fields.some((name) => model.fields.find((field) => field.name === name)?.nullable);
  const isOne = model.keys.some(
    ({ kind, fields: key }) =>
      kind !== 'index' && key.length === fields.length && key.every(({ name }) => fields.includes(name)),
  );
  const many = isOne ? 'noneodot' : 'crowodot';
  const tail = shown.has(target) ? `"${target}":"${references[0]} out":e` : `"${target}"`;
  const head = shown.has(model.name) ? `"${model.name}":"${fields[0]}":w` : `"${model.name}"`;
  return `${tail} -> ${head} [arrowhead=${many} arrowtail=${optional ? 'noneodot' : 'nonetee'}]`;
}

function referenceEdge(
  { table, column, refersTo, onDelete }: CrossServiceReference,
  models: Model[],
): string {
  const model = models.find((one) => one.table === table);
  const field = model?.fields.find((one) => one.column === column);
  return `"${refersTo}" -> "${model?.name}":"${field?.name}":w [style=dashed color="${colors.reference}" arrowhead=crowodot label="${onDelete}"]`;
}

function entitiesOf(
  references: readonly CrossServiceReference[],
): { id: string; title: string; href: string }[] {
  return [...new Set(references.map(({ refersTo }) => refersTo))].map((entity) => {
    const { service, model } = modelOfEntity(entity);
    return { id: entity, title: `${service}: ${model}`, href: paths.model(service, model) };
  });
}
