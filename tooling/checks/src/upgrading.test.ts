import { services } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { domainFunctions } from './domain-functions.js';
import earlierColumns from './earlier-columns.json' with { type: 'json' };
import { allSchemas, read } from './repository.js';

const page = read('docs/upgrading.md');
const schemas = [...(await allSchemas()).values()];
const members = new Set(
  schemas.flatMap(({ enums }) => enums.flatMap((one) => one.members.map(({ name }) => name))),
);
const earlierEnums = [
  'Role',
  'UserRole',
  'Difficulty',
  'MaterialType',
  'SubmissionStatus',
  'ProgressStatus',
  'EnrollmentStatus',
  'SubscriptionPlan',
  'SubscriptionStatus',
  'TransactionStatus',
  'InvoiceStatus',
  'PaymentMethodType',
  'AnalysisType',
];
const models = new Map(
  schemas.flatMap((schema) =>
    schema.models.map((model) => [model.name, new Set(model.fields.map((field) => field.name))] as const),
  ),
);
const sections = new Map(
  [...page.matchAll(/^#### (\w+)\n([\s\S]*?)(?=^#|(?![\s\S]))/gm)].map(([, model = '', text = '']) => [
    model,
    text,
  ]),
);

describe('docs/upgrading.md', () => {
  it('names every model of the earlier schema', () => {
    expect([...sections.keys()].sort()).toEqual(Object.keys(earlierColumns).sort());
  });

  it.each(Object.entries(earlierColumns))('names every column of the earlier %s once', (model, columns) => {
    const { unchanged, replaced } = columnsOf(sections.get(model) ?? '');

    expect([...unchanged, ...replaced.map(({ before }) => before)].sort()).toEqual([...columns].sort());
  });

  it.each(Object.keys(earlierColumns))('sends the columns of %s to fields that exist', (model) => {
    const { unchanged, replaced } = columnsOf(sections.get(model) ?? '');
    const now = [
      ...unchanged.map((column) => `${model}.${column}`),
      ...replaced.flatMap(({ fields }) => fields),
    ];

    expect(now.length).toBeGreaterThan(0);
    expect(now.filter((field) => !exists(field))).toEqual([]);
  });

  it('names every enum of the earlier schema, and members that exist', () => {
    const [, rest = ''] = page.split('\n## Enums\n');
    const [table = ''] = rest.split('\n## ');
    const told = new Set([...table.matchAll(/`(\w+)[.`]/g)].map(([, name = '']) => name));
    const now = [...table.matchAll(/`(?:\w+\.)?([A-Z_]+)`/g)].map(([, name = '']) => name);

    expect(earlierEnums.filter((name) => !told.has(name))).toEqual([]);
    expect(now.filter((name) => !members.has(name) && name !== 'USER')).toEqual([]);
  });

  it('names functions that the packages export', () => {
    const known = new Set(services.flatMap(domainFunctions));
    const [, refused = ''] = page.split('## Operations that are refused');
    const [table = ''] = refused.split('\n## ');
    const told = table
      .split('\n')
      .map((line) => line.split('|')[2] ?? '')
      .flatMap((now) => [...now.matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
      .filter((name) => name !== 'deletedAt');

    expect(told.length).toBeGreaterThan(10);
    expect(told.filter((name) => !known.has(name))).toEqual([]);
  });
});

function columnsOf(section: string): {
  unchanged: string[];
  replaced: { before: string; fields: string[] }[];
} {
  const [, list = ''] = /^Unchanged: ([\s\S]*?)\.\n/.exec(section.trimStart()) ?? [];
  return {
    unchanged: [...list.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    replaced: [...section.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].map(([, before = '', fields = '']) => ({
      before,
      fields: [...fields.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name),
    })),
  };
}

function exists(field: string): boolean {
  const [model = '', name = ''] = field.split('.');
  return models.get(model)?.has(name) === true;
}
