import type { JsonSchema } from '@codezest/db-types';
import type { VNode } from 'preact';
import { overviewDiagram } from '../diagrams/overview.js';
import type { Atlas } from '../facts/atlas.js';
import type { EventFacts } from '../facts/events.js';
import { paths } from '../paths.js';
import { LinkList, type Page } from './layout.js';
import { Code, Diagram, Listed, Prose, Section, Table, Words } from './text.js';

export function homePage(atlas: Atlas): Page {
  return {
    path: paths.home,
    title: 'The databases of CodeZest',
    body: (
      <>
        <p>
          Five services, each with a database of its own. No foreign key crosses a border: what one service
          holds of another’s rows is a plain id, and what it has to know is told by events.
        </p>
        <fieldset class="layers">
          <legend>Show</legend>
          <label>
            <input type="checkbox" data-layer="reference" checked /> references
          </label>
          <label>
            <input type="checkbox" data-layer="event" checked /> events
          </label>
        </fieldset>
        <Diagram
          svg={overviewDiagram(atlas)}
          caption="Dashed: a column that holds another service’s id. Through an ellipse: an event, from the model whose change tells it to the service that gets it."
        />
        <Table
          label="Services"
          head={['service', 'models', 'fields', 'rules', 'functions', 'state machines']}
        >
          {atlas.services.map(({ service, schema, rules, machines }) => (
            <tr key={service}>
              <th scope="row">
                <a href={paths.service(service)}>{service}</a>
              </th>
              <td>{schema.models.length}</td>
              <td>{schema.models.reduce((sum, { fields }) => sum + fields.length, 0)}</td>
              <td>{rules.length}</td>
              <td>{atlas.functions.filter(({ owner }) => owner === service).length}</td>
              <td>
                <Listed
                  items={machines.map(({ table }) => (
                    <a key={table} href={paths.machine(service, table)}>
                      {table.replace(/_transitions$/, '')}
                    </a>
                  ))}
                />
              </td>
            </tr>
          ))}
        </Table>
      </>
    ),
  };
}

export function functionsPage({ functions, services }: Atlas): Page {
  const owners = [...services.map(({ service }) => service), 'shared' as const];
  return {
    path: paths.functions,
    title: 'Functions',
    body: (
      <>
        {owners.map((owner) => (
          <Section key={owner} title={owner === 'shared' ? 'What several packages export' : owner}>
            <LinkList>
              {functions
                .filter((one) => one.owner === owner)
                .map((one) => (
                  <li key={one.name}>
                    <a href={paths.function(one)}>{one.name}</a>: <Words text={firstSentence(one.doc)} />
                  </li>
                ))}
            </LinkList>
          </Section>
        ))}
      </>
    ),
  };
}

export function firstSentence(text: string): string {
  return /^[\s\S]*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

export function eventsPage({ events }: Atlas): Page {
  return {
    path: paths.events,
    title: 'Events',
    body: (
      <Table label="Events" head={['event', 'from', 'to', 'says']}>
        {events.map(({ contract, doc }) => (
          <tr key={contract.type}>
            <th scope="row">
              <a href={paths.event(contract)}>{contract.type}</a>
            </th>
            <td>{contract.producer}</td>
            <td>{contract.consumers.join(', ')}</td>
            <td>
              <Words text={doc} />
            </td>
          </tr>
        ))}
      </Table>
    ),
  };
}

export function eventPage({ services }: Atlas, { contract, doc }: EventFacts): Page {
  const tellers = services
    .filter(({ service }) => service === contract.producer)
    .flatMap(({ schema, sqlWrites }) =>
      schema.models.filter(({ table }) => sqlWrites.ofTriggers.get(table)?.events.includes(contract.type)),
    );
  return {
    path: paths.event(contract),
    title: contract.type,
    crumbs: [{ title: 'events', href: paths.events }],
    body: (
      <>
        <p class="kind">
          Event of {contract.producer}, version {contract.version}, for {contract.consumers.join(', ')}. In
          the order of the versions of <code>{contract.aggregateType}</code>.
          {contract.final && ' Nothing that is told of it later counts.'}
        </p>
        <Prose text={doc} />
        <Section title="Who tells it">
          <p>
            Triggers of{' '}
            <Listed
              items={tellers.map(({ name }) => (
                <a key={name} href={paths.model(contract.producer, name)}>
                  {name}
                </a>
              ))}
            />
          </p>
        </Section>
        <Section title="Payload">
          <Payload schema={contract.payload} />
        </Section>
      </>
    ),
  };
}

function Payload({ schema }: { schema: JsonSchema }): VNode {
  if (!('type' in schema) || schema.type !== 'object')
    return <Code label="Payload" text={JSON.stringify(schema, null, 2)} />;
  return (
    <Table label="Payload" head={['property', 'type', 'required']}>
      {Object.entries(schema.properties).map(([name, property]) => (
        <tr key={name}>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td>{typeOf(property)}</td>
          <td>{schema.required.includes(name) ? 'yes' : ''}</td>
        </tr>
      ))}
    </Table>
  );
}

function typeOf(schema: JsonSchema): string {
  if ('enum' in schema) return `one of ${schema.enum.join(', ')}`;
  if ('anyOf' in schema) return `${typeOf(schema.anyOf[0])}, or null`;
  return 'format' in schema && schema.format ? schema.format : schema.type;
}

export function errorsPage({ errors }: Atlas): Page {
  return {
    path: paths.errors,
    title: 'Errors',
    body: (
      <Table label="Error codes" head={['code', 'class', 'packages', 'says']}>
        {errors.map(({ code, errorClass, of, message }) => (
          <tr key={`${code}${errorClass}${of}`}>
            <th scope="row">
              <a href={paths.error(code)}>{code}</a>
            </th>
            <td>
              <code>{errorClass}</code>
            </td>
            <td>{of}</td>
            <td>
              <Words text={message} />
            </td>
          </tr>
        ))}
      </Table>
    ),
  };
}

export function errorPage({ errors, functions, services }: Atlas, code: string): Page {
  const raised = errors.filter((one) => one.code === code);
  const classes = new Set(raised.map(({ errorClass }) => errorClass));
  const throwers = functions.filter(({ throws }) =>
    throws.some(
      ({ errorClass, text }) =>
        classes.has(errorClass) && (text === '' || !/\b[A-Z]+_[A-Z_]+\b/.test(text) || text.includes(code)),
    ),
  );
  const statuses = services.flatMap(({ service, statuses: known }) => {
    const status = known.get(code);
    return status === undefined ? [] : [{ service, status }];
  });
  return {
    path: paths.error(code),
    title: code,
    crumbs: [{ title: 'errors', href: paths.errors }],
    body: (
      <>
        <LinkList>
          {raised.map(({ errorClass, of, message }) => (
            <li key={`${errorClass}${of}`}>
              <code>{errorClass}</code> of {of}: <Words text={message} />
            </li>
          ))}
        </LinkList>
        {statuses.length > 0 && (
          <Section title="Answer over HTTP">
            <p>
              {[...new Set(statuses.map(({ status }) => status))]
                .map(
                  (status) =>
                    `${status} (${statuses
                      .filter((one) => one.status === status)
                      .map(({ service }) => service)
                      .join(', ')})`,
                )
                .join('; ')}
            </p>
          </Section>
        )}
        {throwers.length > 0 && (
          <Section title="Functions whose documentation names it">
            <p class="names">
              {throwers.map((one) => (
                <a key={`${one.owner}${one.name}`} href={paths.function(one)}>
                  {one.owner === 'shared' ? one.name : `${one.owner}: ${one.name}`}
                </a>
              ))}
            </p>
          </Section>
        )}
      </>
    ),
  };
}
