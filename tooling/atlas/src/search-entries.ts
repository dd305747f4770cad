import type { Atlas } from './facts/atlas.js';
import { machineTitle } from './pages/service.js';
import { firstSentence } from './pages/whole.js';
import { paths } from './paths.js';

/** What the search finds: `[title, kind, path, words]`, short because every page's browser reads all of them. */
export type SearchEntry = [title: string, kind: string, path: string, words: string];

export function searchEntries({ services, functions, events, errors }: Atlas): SearchEntry[] {
  return [
    ...services.flatMap(({ service, schema, rules, machines, migrations }) => {
      const modelOf = new Map(schema.models.map((model) => [model.table, model.name]));
      return [
        ...schema.models.map(
          (model): SearchEntry => [
            model.name,
            `model of ${service}`,
            paths.model(service, model.name),
            `${model.table} ${firstSentence(model.doc)}`,
          ],
        ),
        ...schema.models.flatMap(({ name, fields }) =>
          fields.map(
            (field): SearchEntry => [
              `${name}.${field.name}`,
              `field of ${service}`,
              paths.field(service, name, field.name),
              field.column,
            ],
          ),
        ),
        ...schema.enums.map(
          ({ name, members }): SearchEntry => [
            name,
            `enum of ${service}`,
            paths.enum(service, name),
            members.map((member) => member.name).join(' '),
          ],
        ),
        ...rules.flatMap(({ name, table }): SearchEntry[] => {
          const model = modelOf.get(table);
          return model === undefined
            ? []
            : [[name, `rule of ${service}`, `${paths.model(service, model)}#rule-${name}`, model]];
        }),
        ...machines.map(
          (machine): SearchEntry => [
            machineTitle(machine),
            `states of ${service}`,
            paths.machine(service, machine.table),
            machine.table,
          ],
        ),
        ...migrations.map(
          ({ migration }): SearchEntry => [
            migration.name,
            `migration of ${service}`,
            paths.migration(service, migration.name),
            '',
          ],
        ),
      ];
    }),
    ...functions.map(
      (one): SearchEntry => [
        one.name,
        one.owner === 'shared' ? 'function' : `function of ${one.owner}`,
        paths.function(one),
        firstSentence(one.doc),
      ],
    ),
    ...events.map(
      ({ contract }): SearchEntry => [
        contract.type,
        `event of ${contract.producer}`,
        paths.event(contract),
        '',
      ],
    ),
    ...[...new Map(errors.map((one) => [one.code, one])).values()].map(
      (one): SearchEntry => [one.code, 'error', paths.error(one.code), `${one.errorClass} ${one.message}`],
    ),
  ];
}
