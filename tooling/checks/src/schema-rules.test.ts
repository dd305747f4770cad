import {
  type Field,
  type Key,
  type Model,
  type Relation,
  readSqlRules,
  services,
} from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { allSchemas } from './repository.js';

const schemas = await allSchemas();
const models = [...schemas].flatMap(([service, schema]) =>
  schema.models.map((model) => ({ service, enums: schema.enums.map(({ name }) => name), model })),
);
const columns = models.flatMap(({ service, enums, model }) =>
  model.fields.map((field) => ({
    service,
    enums,
    model,
    field,
    name: `db-${service} ${model.name}.${field.name}`,
  })),
);
const keys = models.flatMap(({ service, enums, model }) =>
  model.keys.map((key) => ({ service, enums, model, key, name: `db-${service} ${model.name} ${key.name}` })),
);
const rules = services.flatMap(readSqlRules);

/** Keys that are no UUID of ours, each because something outside has already chosen it. */
const otherKeys: Record<string, string> = {
  'ActivityCount.hour+type+part': 'a transaction has one count of a type and hour',
  'ActivityDay.userId+day': 'a user has a day once',
  'Broadcast.id': 'the request’s own: sent again it is the same broadcast',
  'Currency.code': 'ISO 4217',
  'DailySend.userId+channel': 'a user has one count of a channel',
  'ErasedUser.userHash': 'nothing else of the person may remain',
  'ErasureReport.requestId+service': 'a service reports once for a request',
  'InvoiceCounter.kind+year': 'a counter per kind of document and year',
  'LeaderboardChange.entryId': 'an entry waits once',
  'LeaderboardCohort.userId': 'a user is in one cohort',
  'LeaderboardScore.period+startsOn+cohort+userId': 'a user is on a leaderboard once',
  'LeaderboardStep.period+startsOn+cohort+level+bucket': 'a step of a leaderboard is counted once',
  'NotificationKey.eventId+userId': 'an event notifies a user once',
  'OutboxDelivery.eventId+consumer': 'an event goes to a consumer once',
  'OutboxEvent.id': 'the event’s own, the same in every database that has it',
  'ReceivedEvent.id': 'the producer’s id: a second delivery meets the first one’s row',
  'UserBadge.userId+badge': 'a user has a badge once',
  'StripeEvent.id': 'the provider’s id: a second delivery meets the first one’s row',
  'StripeObject.id': 'the provider’s id: events of one object meet at its row',
};

it('there is something to check', () => {
  expect(models.length).toBeGreaterThan(45);
  expect(columns.length).toBeGreaterThan(450);
  expect(keys.filter(({ key }) => key.kind === 'index').length).toBeGreaterThan(40);
});

describe('ids', () => {
  it('are UUIDs of version 7, made by the client', () => {
    const ids = columns.filter(({ model, field }) => primaryFields(model).includes(field.name));
    const ours = ids.filter(({ field }) => field.name === 'id');

    expect(ours.length).toBeGreaterThan(40);
    for (const { model, field, name } of ours) {
      if (`${model.name}.id` in otherKeys) continue;
      expect([name, field.default, field.nativeType]).toEqual([name, 'uuid(7)', 'Uuid']);
      expect([name, field.typescript]).toEqual([name, `${model.name}Id`]);
    }
  });

  it('are the key of every model, unless something outside has chosen another', () => {
    const others = models
      .filter(({ model }) => !primaryFields(model).includes('id') || `${model.name}.id` in otherKeys)
      .map(({ model }) => `${model.name}.${primaryFields(model).join('+')}`);

    expect([...new Set(others)].sort()).toEqual(Object.keys(otherKeys).sort());
  });

  it('are branded wherever a column holds one', () => {
    const uuids = columns.filter(({ field }) => field.nativeType === 'Uuid');

    expect(uuids.length).toBeGreaterThan(90);
    expect(uuids.filter(({ field }) => !field.typescript?.endsWith('Id')).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it('carry the brand of the row that their foreign key leads to', () => {
    const wrong = models.flatMap(({ service, model }) =>
      model.relations.flatMap((relation) => {
        const target = models.find(
          (other) => other.service === service && other.model.name === relation.target,
        )?.model;
        return relation.fields.flatMap((name, position) => {
          const own = model.fields.find((field) => field.name === name)?.typescript;
          const other = target?.fields.find(
            (field) => field.name === relation.references[position],
          )?.typescript;
          return own === other ? [] : [`${model.name}.${name} is ${own}, ${relation.target} has ${other}`];
        });
      }),
    );

    expect(wrong).toEqual([]);
  });
});

describe('JSON', () => {
  it('has a TypeScript type in every column', () => {
    const json = columns.filter(({ field }) => field.type === 'Json');

    expect(json.length).toBeGreaterThan(10);
    expect(json.filter(({ field }) => field.typescript === undefined).map(({ name }) => name)).toEqual([]);
  });
});

describe('time', () => {
  /** Decides which of two users registered a device last, which may be within one millisecond. */
  const inMicroseconds = ['db-notifications UserDevice.lastUsedAt'];
  const withoutZone: Record<string, string> = {
    'OutboxEvent.occurredTs': 'Kafka’s time of the message: Debezium’s router stops at a zone',
  };
  const otherBeginnings: Record<string, string> = {
    OutboxDelivery: 'begins with its event',
    OutboxEvent: 'occurredAt',
    ReceivedEvent: 'receivedAt',
  };

  it('has a zone and milliseconds, or microseconds where it decides an order', () => {
    // A day of the calendar is no moment.
    const times = columns.filter(
      ({ model, field }) =>
        field.type === 'DateTime' &&
        field.nativeType !== 'Date' &&
        !withoutZone[`${model.name}.${field.name}`],
    );

    expect(times.length).toBeGreaterThan(120);
    expect(
      times.filter(({ field }) => field.nativeType !== 'Timestamptz(3)').map(({ name }) => name),
    ).toEqual(inMicroseconds);
    expect(
      times.filter(({ field }) => field.nativeType === 'Timestamptz(6)').map(({ name }) => name),
    ).toEqual(inMicroseconds);
  });

  it('of creation is kept by every model', () => {
    const without = models.filter(
      ({ model }) => fieldOf(model, 'createdAt')?.default !== 'now()' && !otherBeginnings[model.name],
    );

    expect(without.map(({ model }) => model.name)).toEqual([]);
  });

  it('of the last change is kept by every model whose rows change', () => {
    const appendOnly = models.filter(({ model }) => fieldOf(model, 'updatedAt') === undefined);
    const mutable = models.filter(({ model }) => fieldOf(model, 'updatedAt') !== undefined);

    expect([...new Set(appendOnly.map(({ model }) => model.name))].sort()).toEqual([
      'AnalyticsEvent',
      'CouponRedemption',
      'ErasureReport',
      'LeaderboardChange',
      'LoginHistory',
      'ModulePrerequisite',
      'NotificationKey',
      'NotificationOccurrence',
      // Each of its changes has a time of its own.
      'OutboxDelivery',
      'OutboxEvent',
      'PointsEntry',
      // As those of an outbox.
      'ReceivedEvent',
      'Suppression',
      'UserActivity',
      'UserBadge',
    ]);
    expect(mutable.filter(({ model }) => !fieldOf(model, 'updatedAt')?.isUpdatedAt)).toEqual([]);
  });
});

describe('names', () => {
  const snakeCase = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

  it('of tables and columns are snake_case, with no dot', () => {
    expect(
      models.filter(({ model }) => !snakeCase.test(model.table)).map(({ model }) => model.table),
    ).toEqual([]);
    expect(columns.filter(({ field }) => !snakeCase.test(field.column)).map(({ name }) => name)).toEqual([]);
  });

  it('of tables are plural, or a mass noun', () => {
    const massNouns = ['learner_stats', 'login_history', 'material_progress', 'module_progress', 'outbox'];
    const singular = models
      .map(({ model }) => model.table)
      .filter((table) => !table.endsWith('s') || table.endsWith('ss'));

    expect(singular.filter((table) => !massNouns.includes(table))).toEqual([]);
  });

  it('of enum members are UPPER_CASE', () => {
    const members = [...schemas.values()].flatMap(({ enums }) => enums.flatMap((type) => type.members));

    expect(members.length).toBeGreaterThan(100);
    expect(members.filter(({ name }) => !/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(name))).toEqual([]);
  });

  it.each([
    ['unique', /_key$/],
    ['index', /_idx$/],
  ] as const)('of a %s key begin with the table and end in what they are', (kind, ending) => {
    for (const { model, key, name } of keys.filter(({ key }) => key.kind === kind)) {
      expect(key.name, name).toMatch(ending);
      expect(key.name?.startsWith(`${model.table}_`), name).toBe(true);
    }
  });

  it('of foreign keys are given', () => {
    const references = models.flatMap(({ model }) =>
      model.relations.filter(({ fields }) => fields.length > 0).map((relation) => ({ model, relation })),
    );

    expect(references.length).toBeGreaterThan(40);
    for (const { model, relation } of references) {
      expect(relation.constraint, `${model.name}.${relation.name}`).toMatch(
        new RegExp(`^${model.table}_.+_fkey$`),
      );
    }
  });

  it.each([
    ['check', /_check$/],
    ['exclusion', /_excl$/],
    ['unique', /_key$/],
  ] as const)('of a %s that only SQL holds begin with the table and end in what they are', (kind, ending) => {
    const named = rules.filter((rule) => rule.kind === kind);

    expect(named.length).toBeGreaterThan(1);
    for (const { name, table } of named) {
      expect(name).toMatch(ending);
      expect(name.startsWith(`${table}_`), `${name} on ${table}`).toBe(true);
    }
  });

  // PostgreSQL cuts a longer name off in silence, and the error that a service reads names something else. Prisma
  // refuses such a name in its schema; nobody does in SQL.
  it('fit into 63 bytes', () => {
    expect(rules.length).toBeGreaterThan(250);
    expect(rules.filter(({ name }) => name.length > 63).map(({ name }) => name)).toEqual([]);
  });
});

describe('indexes', () => {
  it('serve every foreign key', () => {
    const unserved = models.flatMap(({ model }) =>
      model.relations
        .filter((relation) => relation.fields.length > 0 && !model.keys.some((key) => serves(key, relation)))
        .map(({ name }) => `${model.name}.${name}`),
    );

    expect(unserved).toEqual([]);
  });

  it('are never what a unique or primary key already gives', () => {
    const redundant = keys.filter(
      ({ model, key }) =>
        key.kind === 'index' &&
        model.keys.some((other) => other.kind !== 'index' && isLeftPrefix(key, other)),
    );

    expect(redundant.map(({ name }) => name)).toEqual([]);
  });

  it('are never the beginning of another index', () => {
    const redundant = keys.filter(
      ({ model, key }) =>
        key.kind === 'index' &&
        model.keys.some((other) => other !== key && other.kind === 'index' && isLeftPrefix(key, other)),
    );

    expect(redundant.map(({ name }) => name)).toEqual([]);
  });

  it('are never on a lone boolean or enum', () => {
    const fewValued = keys.filter(({ key, model, enums }) => {
      const [only, ...others] = key.fields;
      const type = fieldOf(model, only?.name ?? '')?.type ?? '';
      return key.kind === 'index' && others.length === 0 && (type === 'Boolean' || enums.includes(type));
    });

    expect(fewValued.map(({ name }) => name)).toEqual([]);
  });

  it('say which query they serve', () => {
    const silent = keys.filter(({ key }) => key.kind === 'index' && (key.comment ?? '').length < 15);

    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

describe('documentation', () => {
  it('is there for every model and enum', () => {
    const silent = [...schemas.values()].flatMap(({ models, enums }) =>
      [...models, ...enums].filter(({ doc }) => doc.length < 10).map(({ name }) => name),
    );

    expect(silent).toEqual([]);
  });
});

function fieldOf(model: Model, name: string): Field | undefined {
  return model.fields.find((field) => field.name === name);
}

function primaryFields(model: Model): string[] {
  return model.keys.find(({ kind }) => kind === 'primary')?.fields.map(({ name }) => name) ?? [];
}

// The column that holds the other row's id finds its few rows; what else a composite key holds only has to agree.
function serves(key: Key, { fields, references }: Relation): boolean {
  const leading = key.fields.slice(0, fields.length).map(({ name }) => name);
  return leading[0] === fields[references.indexOf('id')] || fields.every((field) => leading.includes(field));
}

function isLeftPrefix(shorter: Key, longer: Key): boolean {
  return (
    shorter.fields.length <= longer.fields.length &&
    shorter.fields.every(({ name }, position) => longer.fields[position]?.name === name)
  );
}
