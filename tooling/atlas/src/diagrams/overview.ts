import type { Atlas } from '../facts/atlas.js';
import { modelOfEntity } from '../facts/entities.js';
import { paths } from '../paths.js';
import { colors, svgOf } from './dot.js';

/** The databases with what crosses their borders: columns that hold another service's ids, and events. */
export function overviewDiagram({ services, references, events }: Atlas): string {
  const lines = [
    'graph [rankdir=LR ranksep=1.4 nodesep=0.15 newrank=true]',
    'node [shape=box style=filled height=0.3]',
  ];
  for (const { service, schema, sqlWrites } of services) {
    const shown = schema.models.filter(({ name, table }) => {
      const refers = references.some(
        (one) => one.service === service && one.table === table && one.store === 'postgresql',
      );
      const isReferred = references.some(({ refersTo }) => isModel(refersTo, service, name));
      return (
        refers ||
        isReferred ||
        table === 'received_events' ||
        (sqlWrites.ofTriggers.get(table)?.events.length ?? 0) > 0
      );
    });
    lines.push(
      `subgraph "cluster_${service}" { label=<<B>${service}</B>, ${schema.models.length} models> href="${paths.service(service)}" style=rounded`,
      ...shown.map(
        ({ name }) => `"${service}.${name}" [label="${name}" href="${paths.model(service, name)}"]`,
      ),
      '}',
    );
    for (const { name, table } of shown) {
      for (const type of sqlWrites.ofTriggers.get(table)?.events ?? [])
        lines.push(`"${service}.${name}" -> "event ${type}" [class=event color="${colors.event}"]`);
      for (const one of references.filter(
        (each) => each.service === service && each.table === table && each.store === 'postgresql' && !each.by,
      )) {
        const { service: owner, model } = modelOfEntity(one.refersTo);
        lines.push(
          `"${owner}.${model}" -> "${service}.${name}" [class=reference dir=back arrowtail=vee style=dashed color="${colors.reference}"]`,
        );
      }
    }
  }
  for (const { contract } of events) {
    lines.push(
      `"event ${contract.type}" [class=event label="${contract.type}" shape=ellipse fillcolor="${colors.head}" color="${colors.event}" href="${paths.event(contract)}"]`,
      ...contract.consumers.map(
        (consumer) =>
          `"event ${contract.type}" -> "${consumer}.ReceivedEvent" [class=event color="${colors.event}"]`,
      ),
    );
  }
  return svgOf(lines, 'The five databases, the references and the events between them');
}

function isModel(entity: string, service: string, name: string): boolean {
  const found = modelOfEntity(entity);
  return found.service === service && found.model === name;
}
