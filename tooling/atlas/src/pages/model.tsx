import type { Field, Key, Model, SqlRule } from '@codezest/schema-docs';
import type { VNode } from 'preact';
import type { Atlas, ServiceFacts } from '../facts/atlas.js';
import { modelOfEntity } from '../facts/entities.js';
import { erasureOf } from '../facts/erasure.js';
import { paths } from '../paths.js';
import { crumbOf, LinkList, type Page } from './layout.js';
import { Listed, Prose, Section, Table, Words } from './text.js';

export function modelPage(atlas: Atlas, facts: ServiceFacts, model: Model): Page {
  const { service, rules } = facts;
  return {
    path: paths.model(service, model.name),
    title: model.name,
    crumbs: [...crumbOf(service), { title: model.part, href: paths.part(service, model.part) }],
    body: (
      <>
        <p class="kind">
          Model of {service}, table <code>{model.table}</code>
        </p>
        <Prose text={model.doc} />
        <Section title="Fields">
          <Table label="Fields" head={['field', 'type', 'key', 'default', 'meaning']}>
            {model.fields.map((field) => fieldRow(atlas, facts, model, field))}
          </Table>
        </Section>
        <Relations atlas={atlas} facts={facts} model={model} />
        <Keys keys={model.keys} />
        <Rules rules={rules.filter(({ table }) => table === model.table)} />
        <Writers atlas={atlas} facts={facts} model={model} />
        <Events atlas={atlas} facts={facts} model={model} />
        <OnErasure facts={facts} model={model} />
      </>
    ),
  };
}

function fieldRow(
  atlas: Atlas,
  { service, schema, machines }: ServiceFacts,
  model: Model,
  field: Field,
): VNode {
  const isEnum = schema.enums.some(({ name }) => name === field.type);
  const machine = machines.find(({ enum: name }) => name === field.type && isOnlyStatus(model, name));
  const native = (field.nativeType ?? field.type).toLowerCase().replace(', ', ',');
  const crossing = atlas.references.find(
    (one) =>
      one.service === service &&
      one.store === 'postgresql' &&
      one.table === model.table &&
      one.column === field.column,
  );
  const relation = model.relations.find(({ fields }) => fields.includes(field.name));
  const isPart = (kind: Key['kind']) =>
    model.keys.some((key) => key.kind === kind && key.fields.some(({ name }) => name === field.name));
  const marks = [
    field.isId || isPart('primary') ? <span key="pk">primary</span> : undefined,
    isPart('unique') ? <span key="uq">unique</span> : undefined,
    relation && (
      <a key="fk" href={paths.model(service, relation.target)}>
        {relation.target}
      </a>
    ),
    crossing && crossingLink(crossing.refersTo),
  ].filter((mark) => mark !== undefined);
  return (
    <tr id={`field-${field.name}`} key={field.name}>
      <th scope="row">
        <code>{field.name}</code>
        {field.column !== field.name && <small>{field.column}</small>}
      </th>
      <td>
        {isEnum ? <a href={paths.enum(service, field.type)}>{field.type}</a> : native}
        {field.list && '[]'}
        {field.nullable && ', or null'}
        {field.typescript && (
          <small>
            <code>{field.typescript}</code>
          </small>
        )}
        {machine && (
          <small>
            <a href={paths.machine(service, machine.table)}>states</a>
          </small>
        )}
      </td>
      <td>
        <Listed items={marks} />
      </td>
      <td>{field.default !== undefined && <code>{field.default}</code>}</td>
      <td>
        <Words text={field.doc} />
      </td>
    </tr>
  );
}

function isOnlyStatus({ fields }: Model, type: string): boolean {
  return fields.filter((field) => field.type === type).length === 1;
}

function crossingLink(entity: string): VNode {
  const { service, model } = modelOfEntity(entity);
  return (
    <a key="reference" class="crossing" href={paths.model(service, model)}>
      {model} of {service}
    </a>
  );
}

interface Part {
  readonly atlas: Atlas;
  readonly facts: ServiceFacts;
  readonly model: Model;
}

function Relations({ atlas, facts: { service }, model }: Part): VNode | null {
  const own = atlas.references.filter(
    (one) => one.service === service && one.store === 'postgresql' && one.table === model.table,
  );
  const toThis = atlas.references.filter(({ refersTo }) => {
    const entity = modelOfEntity(refersTo);
    return entity.service === service && entity.model === model.name;
  });
  if (model.relations.length + own.length + toThis.length === 0) return null;
  return (
    <Section title="Relations">
      <LinkList>
        {model.relations.map(({ name, target, list, fields, references, onDelete }) => (
          <li key={name}>
            <code>{name}</code>: <a href={paths.model(service, target)}>{target}</a>
            {list && '[]'}
            {fields.length > 0 &&
              ` by (${fields.join(', ')}) → (${references.join(', ')}), on delete ${onDelete ?? 'restrict'}`}
          </li>
        ))}
        {own.map(({ column, refersTo, onDelete, reason, by }) => (
          <li key={`${column}${by}`}>
            <code>{column}</code> holds the {by ?? 'id'} of {crossingLink(refersTo)}, in another database.
            When that goes: <strong>{onDelete}</strong>. {reason}
          </li>
        ))}
        {toThis.map((one) => {
          const holder = atlas.services
            .find((facts) => facts.service === one.service)
            ?.schema.models.find(({ table }) => table === one.table);
          const name = `${one.table}.${one.column}`;
          return (
            <li key={`${one.service}${one.store}${name}${one.by}`}>
              {holder && one.store === 'postgresql' ? (
                <a href={paths.model(one.service, holder.name)}>{name}</a>
              ) : (
                <code>{name}</code>
              )}{' '}
              of {one.service}
              {one.store === 'mongodb' && ' (MongoDB)'} refers to this. When this goes:{' '}
              <strong>{one.onDelete}</strong>. {one.reason}
            </li>
          );
        })}
      </LinkList>
    </Section>
  );
}

function Keys({ keys }: { keys: readonly Key[] }): VNode | null {
  if (keys.length === 0) return null;
  return (
    <Section title="Keys and indexes">
      <Table label="Keys and indexes" head={['kind', 'columns', 'name', 'serves']}>
        {keys.map(({ kind, name, fields, comment }) => (
          <tr key={name}>
            <td>{kind}</td>
            <td>{fields.map((field) => `${field.name}${field.descending ? ' desc' : ''}`).join(', ')}</td>
            <td>
              <code>{name}</code>
            </td>
            <td>
              <Words text={comment ?? ''} />
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

function Rules({ rules }: { rules: readonly SqlRule[] }): VNode | null {
  if (rules.length === 0) return null;
  return (
    <Section title="Rules that the database keeps">
      <Table label="Rules that the database keeps" head={['rule', 'kind', 'why', 'condition']}>
        {rules.map(({ name, kind, condition, reason }) => (
          <tr key={name} id={`rule-${name}`}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>{kind}</td>
            <td>
              <Words text={reason} />
            </td>
            <td>{kind === 'trigger' ? condition : <code>{condition}</code>}</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

function Writers({ atlas, facts: { service, sqlWrites, schema }, model }: Part): VNode {
  const functions = atlas.functions.filter(
    ({ owner, writes }) => owner === service && writes.includes(model.table),
  );
  const triggers = [...sqlWrites.ofTriggers].filter(
    ([table, { tables }]) => table !== model.table && tables.includes(model.table),
  );
  return (
    <Section title="Who writes it">
      {functions.length === 0 && (
        <p>No function of the package: Prisma’s own calls, or the database itself.</p>
      )}
      <p class="names">
        {functions.map((one) => (
          <a key={one.name} href={paths.function(one)}>
            {one.name}
          </a>
        ))}
      </p>
      {triggers.length > 0 && (
        <p>
          Triggers of{' '}
          <Listed
            items={triggers.map(([table]) => {
              const source = schema.models.find((one) => one.table === table);
              return source ? (
                <a key={table} href={paths.model(service, source.name)}>
                  {source.name}
                </a>
              ) : (
                <code key={table}>{table}</code>
              );
            })}
          />{' '}
          may write it too.
        </p>
      )}
    </Section>
  );
}

function Events({ atlas, facts: { sqlWrites }, model }: Part): VNode | null {
  const types = sqlWrites.ofTriggers.get(model.table)?.events ?? [];
  const told = atlas.events.filter(({ contract }) => types.includes(contract.type));
  if (told.length === 0) return null;
  return (
    <Section title="Events that leave it">
      <LinkList>
        {told.map(({ contract, doc }) => (
          <li key={contract.type}>
            <a href={paths.event(contract)}>{contract.type}</a>, to {contract.consumers.join(', ')}:{' '}
            <Words text={doc} />
          </li>
        ))}
      </LinkList>
    </Section>
  );
}

function OnErasure({ facts: { personalData }, model }: Omit<Part, 'atlas'>): VNode {
  const impersonal = personalData.impersonal[model.table];
  const rows = erasureOf(personalData, model.table);
  return (
    <Section title="When a person is erased">
      {rows.length === 0 && (
        <p>Nothing: {impersonal ?? 'the table is not in the registry of personal data.'}</p>
      )}
      <LinkList>
        {rows.map(({ action, which, isExported }) => (
          <li key={which}>
            <Words text={action} /> Which: <code>{which}</code>
            {!isExported && ' They are not in the person’s export.'}
          </li>
        ))}
      </LinkList>
    </Section>
  );
}
