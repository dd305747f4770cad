import type { Service } from '@codezest/schema-docs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { changeNothing, domainFunctions, racedOtherwise } from './domain-functions.js';
import { filesBelow } from './repository.js';
import { parse, visit } from './source-code.js';

/** Packages whose functions are tried at every isolation level. */
const tried: readonly Service[] = ['payments', 'auth', 'notifications', 'activity'];

/** Functions that nobody calls in a transaction. */
const withoutTransaction: Partial<Record<Service, readonly string[]>> = {
  // They gather what many callers record, and months are the migrator's, one per transaction.
  activity: [
    'createActivityWriter',
    'createAnalyticsEventWriter',
    'dropPartitionsBefore',
    'emptyDefaultPartition',
    'ensurePartitions',
  ],
};

/** Functions that are tried: the names of the cases, `subscribe: isolationCase({ … })` or another function that ends in Case. */
function triedFunctions(service: Service): string[] {
  const names: string[] = [];
  for (const path of filesBelow(`packages/db-${service}/test`, '.ts')) {
    visit(parse(path), (node) => {
      if (!ts.isPropertyAssignment(node) || !ts.isCallExpression(node.initializer)) return;
      if (/^\w+Case$/.test(node.initializer.expression.getText())) names.push(node.name.getText());
    });
  }
  return names;
}

it.each(tried)(
  'every function of db-%s that changes something is tried at every isolation level',
  (service) => {
    const exempt = [
      ...changeNothing[service],
      ...Object.keys(racedOtherwise),
      ...(withoutTransaction[service] ?? []),
    ];
    const wanted = domainFunctions(service).filter((name) => !exempt.includes(name));

    expect(wanted.length).toBeGreaterThan(10);
    expect(triedFunctions(service).sort()).toEqual(wanted.sort());
  },
);
