import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ActivityMongo } from '../../src/mongo.js';
import {
  forgetIn,
  isThere,
  logById,
  loggedIn,
  logins,
  open,
  pauses,
  prepare,
  trailOf,
  videoPaused,
  visitsOf,
} from '../examples/mongo.js';
import { ada, ben, newEventId } from './fixtures.js';
import { startWireDouble, type WireDouble } from './wire-double.js';

let double: WireDouble;
let store: ActivityMongo;
beforeAll(async () => {
  double = await startWireDouble();
  store = open(double.url);
});
afterAll(async () => {
  await store.close();
  await double.stop();
});

const noon = new Date('2026-10-01T12:00:00Z');
const [from, to] = [noon, new Date('2026-10-02T00:00:00Z')];

it('the README’s examples of MongoDB run', async () => {
  expect(await prepare(store)).toBeGreaterThan(5);
  expect(await prepare(store)).toBe(0);
  const [login, pause] = [newEventId(), newEventId()];

  expect(await loggedIn(store, login, ada, noon)).toBe(1);
  expect(await loggedIn(store, login, ada, noon)).toBe(0);
  expect(await videoPaused(store, pause, ben, noon)).toBe(1);

  expect((await trailOf(store, ada)).items.map(({ _id }) => _id)).toEqual([login]);
  expect((await trailOf(store, ben)).items).toEqual([]);
  expect((await visitsOf(store, ben)).items.map(({ _id }) => _id)).toEqual([pause]);
  expect((await logins(store, from, to)).items.map(({ _id }) => _id)).toEqual([login]);
  expect((await logins(store, to, to)).items).toEqual([]);
  expect((await pauses(store, from, to)).items.map(({ _id }) => _id)).toEqual([pause]);
  expect(await logById(store, login)).toMatchObject({ userId: ada, ip: '192.0.2.17' });
  expect(await forgetIn(store, ada)).toEqual({ activity_logs: 1, analytics_events: 0 });
  expect(await isThere(store)).toBe(true);
});
