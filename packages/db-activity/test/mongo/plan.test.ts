import type { Document } from 'mongodb';
import { describe, expect, it } from 'vitest';
import {
  type AppliedSpec,
  type CollectionState,
  type DatabaseState,
  hashOf,
  type PlanOptions,
  plan,
  validatorOf,
} from '../../src/mongo/plan.js';
import type { CollectionSpec } from '../../src/mongo/spec.js';

const spec: CollectionSpec = {
  name: 'logs',
  version: 2,
  retentionDays: 30,
  schema: { bsonType: 'object', required: ['_id'], properties: { _id: { bsonType: 'string' } } },
  indexes: [
    { name: 'logs_user_idx', key: { userId: 1, at: -1 }, serves: 'the log of a user (list)' },
    {
      name: 'logs_expire_idx',
      key: { expireAt: 1 },
      serves: 'retention, by the server',
      expireAfterSeconds: 0,
    },
  ],
  personalData: [],
};
const indexes: Document[] = [
  { v: 2, key: { _id: 1 }, name: '_id_' },
  { v: 2, key: { userId: 1, at: -1 }, name: 'logs_user_idx' },
  { v: 2, key: { expireAt: 1 }, name: 'logs_expire_idx', expireAfterSeconds: 0 },
];
const applied: AppliedSpec = { _id: 'logs', version: 2, hash: hashOf(spec) };

function stateWith(changes: Partial<CollectionState> = {}, record: Partial<AppliedSpec> = {}): DatabaseState {
  return {
    collections: [{ name: 'logs', options: validatorOf(spec), indexes, ...changes }],
    applied: [{ ...applied, ...record }],
  };
}

function commandsFor(state: DatabaseState, options: Partial<PlanOptions> = {}): Document[] {
  return plan([spec], state, { release: '2.0.0', ...options }).commands.map(({ command }) => {
    const { writeConcern, ...rest } = command;
    expect(writeConcern).toEqual({ w: 'majority', j: true, wtimeout: 5_000 });
    return rest;
  });
}

const replaced = (name: string, by: Document): Document[] =>
  indexes.map((index) => (index.name === name ? { ...index, ...by } : index));

describe('a plan', () => {
  it('makes what is missing, and records it', () => {
    const commands = commandsFor({ collections: [], applied: [] });

    expect(commands.map((command) => Object.keys(command)[0])).toEqual([
      'create',
      'createIndexes',
      'createIndexes',
      'update',
    ]);
    expect(commands[0]).toMatchObject({
      create: 'logs',
      validationLevel: 'strict',
      validationAction: 'error',
    });
    expect(commands[2]).toEqual({
      createIndexes: 'logs',
      indexes: [{ name: 'logs_expire_idx', key: { expireAt: 1 }, expireAfterSeconds: 0 }],
    });
    expect(commands[3]).toMatchObject({
      updates: [{ q: { _id: 'logs' }, u: { $set: { version: 2, hash: hashOf(spec) } }, upsert: true }],
    });
  });

  it('is empty where everything is as it should be, whatever the order of keys in the answer', () => {
    const { validator, ...rest } = validatorOf(spec);
    const { $jsonSchema } = validator;
    const turned = Object.fromEntries(Object.entries($jsonSchema).reverse());

    expect(commandsFor(stateWith())).toEqual([]);
    expect(commandsFor(stateWith({ options: { ...rest, validator: { $jsonSchema: turned } } }))).toEqual([]);
    expect(commandsFor(stateWith({ options: { validator } }))).toEqual([]);
  });

  it('changes a validator that differs, in the schema or in how strict it is', () => {
    const change = [expect.objectContaining({ collMod: 'logs', ...validatorOf(spec) })];

    expect(commandsFor(stateWith({ options: {} }))).toEqual(change);
    expect(commandsFor(stateWith({ options: { ...validatorOf(spec), validationAction: 'warn' } }))).toEqual(
      change,
    );
  });

  it('corrects an expiry in place', () => {
    const stale = replaced('logs_expire_idx', { expireAfterSeconds: 86_400 });

    expect(commandsFor(stateWith({ indexes: stale }))).toEqual([
      { collMod: 'logs', index: { name: 'logs_expire_idx', expireAfterSeconds: 0 } },
    ]);
  });

  it('shows an index of ours again that somebody has hidden', () => {
    expect(commandsFor(stateWith({ indexes: replaced('logs_user_idx', { hidden: true }) }))).toEqual([
      { collMod: 'logs', index: { name: 'logs_user_idx', hidden: false } },
    ]);
  });

  it('leaves collections alone that are none of ours, and says so', () => {
    const state = stateWith();
    const others = ['cache', '_collection_specs', 'system.views'].map((name) => ({
      name,
      options: {},
      indexes: [],
    }));

    const { commands, notices } = plan(
      [spec],
      { ...state, collections: [...state.collections, ...others] },
      { release: '2.0.0', prune: true },
    );

    expect(commands).toEqual([]);
    expect(notices).toEqual(['collection cache is none of ours and stays as it is']);
  });

  it('records a new version of the spec', () => {
    expect(commandsFor(stateWith({}, { version: 1, hash: 'old' }))).toEqual([
      expect.objectContaining({ update: '_collection_specs' }),
    ]);
  });
});

describe('an index that no spec knows', () => {
  const stranger = { v: 2, key: { action: 1 }, name: 'action_1' };
  const hidden = { ...stranger, hidden: true };

  it('is hidden, with the release that hid it', () => {
    const commands = commandsFor(stateWith({ indexes: [...indexes, stranger] }), { prune: true });

    expect(commands).toEqual([
      { collMod: 'logs', index: { name: 'action_1', hidden: true } },
      expect.objectContaining({
        updates: [
          expect.objectContaining({
            u: expect.objectContaining({
              $set: expect.objectContaining({ hidden: [{ index: 'action_1', release: '2.0.0' }] }),
            }),
          }),
        ],
      }),
    ]);
  });

  it('stays hidden in the release that hid it, and without being asked', () => {
    const since = (release: string): DatabaseState =>
      stateWith({ indexes: [...indexes, hidden] }, { hidden: [{ index: 'action_1', release }] });

    expect(commandsFor(since('2.0.0'), { prune: true })).toEqual([]);
    expect(commandsFor(since('1.0.0'))).toEqual([]);
    expect(plan([spec], since('1.0.0'), { release: '2.0.0' }).notices).toHaveLength(1);
  });

  it('is dropped by a later release that is asked to, and forgotten', () => {
    const state = stateWith(
      { indexes: [...indexes, hidden] },
      { hidden: [{ index: 'action_1', release: '1.0.0' }] },
    );

    expect(commandsFor(state, { prune: true })).toEqual([
      { dropIndexes: 'logs', index: 'action_1' },
      expect.objectContaining({ update: '_collection_specs' }),
    ]);
  });
});

describe('a contradiction is for a person to decide', () => {
  it.each([
    ['a database of a newer release', 'MONGODB_SPEC_OLDER', stateWith({}, { version: 3 })],
    ['another spec of the same version', 'MONGODB_SPEC_CHANGED', stateWith({}, { hash: 'other' })],
    [
      'another index under the same name',
      'MONGODB_INDEX_CONFLICT',
      stateWith({ indexes: replaced('logs_user_idx', { key: { at: -1, userId: 1 } }) }),
    ],
    [
      'the same index under another name',
      'MONGODB_INDEX_CONFLICT',
      stateWith({ indexes: replaced('logs_user_idx', { name: 'userId_1_at_-1' }) }),
    ],
  ])('%s', (_, code, state) => {
    expect(() => commandsFor(state)).toThrow(expect.objectContaining({ code }));
  });
});
