import { randomUUID } from 'node:crypto';
import type { UserId } from '@codezest/db-types';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { receiveEvents } from '../../db-activity/src/index.js';
import { factories } from '../../db-learning/src/testing.js';
import { endSubscription, subscribe } from '../../db-payments/src/index.js';
import { createDelivery } from '../src/index.js';
import { createServices, type Services } from './services.js';

let services: Services;
beforeAll(async () => {
  services = await createServices();
});
afterAll(() => services?.drop());

it('what learning and payments tell becomes entries of the feed, each once', async () => {
  const { learning, payments, activity } = services;
  const userId = randomUUID() as UserId;
  const make = factories(learning.client);
  const module = await make.module();
  await make.completion({ userId, moduleId: module.id, languageId: null });
  await make.certificate({ userId });
  const begun = await subscribe(payments.client, { userId, plan: 'FREE' });
  await endSubscription(payments.client, {
    subscriptionId: begun.id,
    version: begun.version,
    status: 'CANCELED',
  });
  const delivery = createDelivery({
    outboxes: { learning: learning.relayUrl, payments: payments.relayUrl },
    inboxes: { activity: activity.inboxUrl },
    pollMs: 200,
  });

  const delivered = await delivery.drain();
  await delivery.end();
  const { applied } = await receiveEvents(activity.client);

  const entries = await activity.client.userActivity.findMany({ where: { userId } });
  expect([delivered, applied, entries.length]).toEqual([4, 4, 4]);
  expect(entries.map(({ type }) => type).sort()).toEqual([
    'CERTIFICATE_EARNED',
    'MODULE_COMPLETED',
    'SUBSCRIPTION_CHANGED',
    'SUBSCRIPTION_CHANGED',
  ]);
  expect(entries.map(({ metadata }) => metadata)).toEqual(
    expect.arrayContaining([
      { moduleId: module.id, moduleTitle: module.title },
      { subscriptionId: begun.id, plan: 'FREE', status: 'ACTIVE' },
      { subscriptionId: begun.id, plan: 'FREE', status: 'CANCELED' },
    ]),
  );
});
