import { stopsWhat } from '@codezest/migration-lint';
import type { Schema, Transitions } from '@codezest/schema-docs';
import { erdOf } from '../diagrams/erd.js';
import { machineDiagram } from '../diagrams/machine.js';
import type { Atlas, MigrationFacts, ServiceFacts } from '../facts/atlas.js';
import { paths } from '../paths.js';
import { crumbOf, LinkList, type Page } from './layout.js';
import { Code, Diagram, Listed, Prose, Section, Table, Words } from './text.js';

export function servicePage(
  { references, functions }: Atlas,
  { service, schema, machines, migrations }: ServiceFacts,
): Page {
  const own = functions.filter(({ owner }) => owner === service);
  return {
    path: paths.service(service),
    title: service,
    crumbs: [],
    body: (
      <>
        <Diagram
          svg={erdOf({ service, schema, references })}
          caption="Every model with its keys and relations; dashed: what belongs to another service. A part shows all columns."
        />
        <Section title="Parts of the domain">
          {partsOf(schema).map(([part, models]) => (
            <p key={part}>
              <a href={paths.part(service, part)}>
                <strong>{part}</strong>
              </a>
              :{' '}
              <Listed
                items={models.map(({ name }) => (
                  <a key={name} href={paths.model(service, name)}>
                    {name}
                  </a>
                ))}
              />
            </p>
          ))}
        </Section>
        {machines.length > 0 && (
          <Section title="State machines">
            <LinkList>
              {machines.map((machine) => (
                <li key={machine.table}>
                  <a href={paths.machine(service, machine.table)}>{machineTitle(machine)}</a>
                </li>
              ))}
            </LinkList>
          </Section>
        )}
        <Section title="Enums">
          <p>
            <a href={paths.enums(service)}>{schema.enums.length} enums and their members</a>
          </p>
        </Section>
        <Section title="Functions">
          <p class="names">
            {own.map((one) => (
              <a key={one.name} href={paths.function(one)}>
                {one.name}
              </a>
            ))}
          </p>
        </Section>
        <Section title="Migrations">
          <LinkList>
            {migrations.map(({ migration }) => (
              <li key={migration.name}>
                <a href={paths.migration(service, migration.name)}>{migration.name}</a>
              </li>
            ))}
          </LinkList>
        </Section>
      </>
    ),
  };
}

export function partsOf({ models }: Schema): [part: string, models: Schema['models']][] {
  const parts = [...new Set(models.map(({ part }) => part))].sort();
  return parts.map((part) => [part, models.filter((model) => model.part === part)]);
}

export function partPage({ references }: Atlas, { service, schema }: ServiceFacts, part: string): Page {
  const models = schema.models.filter((model) => model.part === part);
  return {
    path: paths.part(service, part),
    title: `${service}: ${part}`,
    crumbs: crumbOf(service),
    body: (
      <>
        <Diagram
          svg={erdOf({ service, schema, references, part })}
          caption="PK: primary key, FK: foreign key, UQ: part of a unique index, ?: may be null; dashed: what belongs to another service."
        />
        {models.map(({ name, doc }) => (
          <section key={name}>
            <h2>
              <a href={paths.model(service, name)}>{name}</a>
            </h2>
            <Prose text={doc} />
          </section>
        ))}
      </>
    ),
  };
}

export function enumsPage({ service, schema }: ServiceFacts): Page {
  const users = (type: string) =>
    schema.models.filter(({ fields }) => fields.some((field) => field.type === type));
  return {
    path: paths.enums(service),
    title: `Enums of ${service}`,
    crumbs: crumbOf(service),
    body: (
      <>
        {schema.enums.map(({ name, doc, members }) => (
          <Section key={name} id={name} title={name}>
            <Prose text={doc} />
            <p>
              In{' '}
              <Listed
                items={users(name).map((model) => (
                  <a key={model.name} href={paths.model(service, model.name)}>
                    {model.name}
                  </a>
                ))}
              />
            </p>
            <LinkList>
              {members.map((member) => (
                <li key={member.name}>
                  <code>{member.name}</code> <Words text={member.doc} />
                </li>
              ))}
            </LinkList>
          </Section>
        ))}
      </>
    ),
  };
}

export function machineTitle({ table }: Transitions): string {
  return `States of a ${table.replace(/_transitions$/, '').replaceAll('_', ' ')}`;
}

export function machinePage({ service, schema }: ServiceFacts, machine: Transitions): Page {
  const title = machineTitle(machine);
  const models = schema.models.filter(({ fields }) => fields.some(({ type }) => type === machine.enum));
  return {
    path: paths.machine(service, machine.table),
    title,
    crumbs: crumbOf(service),
    body: (
      <>
        <Prose text={machine.reason} />
        <Diagram
          svg={machineDiagram(machine, title)}
          caption="Filled: nothing leads to it. Double border: it is final. What has no arrow is refused."
        />
        <p>
          <a href={paths.enum(service, machine.enum)}>{machine.enum}</a> of{' '}
          <Listed
            items={models.map(({ name }) => (
              <a key={name} href={paths.model(service, name)}>
                {name}
              </a>
            ))}
          />
          ; the rows of <code>rules.{machine.table}</code>:
        </p>
        <Table label="Transitions" head={['from', 'may become']}>
          {[...machine.steps].map(([from, to]) => (
            <tr key={from}>
              <th scope="row">
                <code>{from}</code>
              </th>
              <td>
                <Listed items={to.map((state) => <code key={state}>{state}</code>)} />
              </td>
            </tr>
          ))}
        </Table>
      </>
    ),
  };
}

export function migrationPage(
  { service }: ServiceFacts,
  { migration, duration, statements }: MigrationFacts,
): Page {
  const waits = statements.filter(({ locks }) => locks.length > 0);
  return {
    path: paths.migration(service, migration.name),
    title: migration.name,
    crumbs: crumbOf(service),
    body: (
      <>
        <p class="kind">
          Migration of {service}: {statements.length} statements, of which {waits.length} lock a table that
          was there before. {duration.replace(/[:;]$/, '.')}
        </p>
        <Section title="Locks">
          {waits.length === 0 && <p>None on a table that is in use.</p>}
          <Table label="Locks" head={['line', 'statement', 'lock', 'stops', 'work']}>
            {waits.flatMap(({ line, words, locks }) =>
              locks.map(({ table, mode, work }) => (
                <tr key={`${line}${table}`}>
                  <td>{line}</td>
                  <td>{words}</td>
                  <td>
                    {mode} on <code>{table.replace(/^public\./, '')}</code>
                  </td>
                  <td>{stopsWhat(mode)}</td>
                  <td>{work}</td>
                </tr>
              )),
            )}
          </Table>
        </Section>
        <Section title="SQL">
          <details>
            <summary>{migration.path}</summary>
            <Code label={migration.path} text={migration.text} />
          </details>
        </Section>
      </>
    ),
  };
}
