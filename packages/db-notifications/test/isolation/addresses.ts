import { randomUUID } from 'node:crypto';
import { isolationCase } from '@codezest/constraint-tests';
import type { UserId } from '@codezest/db-types';
import {
  type Client,
  liftSuppression,
  registerDevice,
  retireDevice,
  suppressAddress,
  unsubscribe,
  unsubscribeToken,
  upsertRecipient,
} from '../../src/index.js';
import { keyring, newUser } from '../fixtures.js';
import { newPerson, type Own, type Person, personCase } from './person.js';

interface Device extends Person {
  readonly token: string;
  readonly other: UserId;
}

export function addressCases(own: Own) {
  const keys = { encryption: keyring('k1'), lookup: keyring('h1') };
  const unsubscribing = { unsubscribe: keyring('u1') };
  const address = async () => ({ channel: 'EMAIL' as const, address: `${newUser()}@example.com` });
  const device = async (): Promise<Device> => ({
    ...(await newPerson()),
    token: randomUUID(),
    other: newUser(),
  });
  const register = (client: Client, userId: UserId, { token }: Device, model: string) =>
    registerDevice(client, { userId, token, platform: 'IOS', model }, keys);
  const suppressions = (_client: Client, given: { address: string }) =>
    own().suppression.count({ where: { address: given.address } });
  const account =
    (version: number) =>
    (client: Client, { userId }: Person) =>
      upsertRecipient(client, {
        userId,
        version,
        email: `${version}-${userId}@example.com`,
        firstName: 'A',
        lastName: 'B',
      });
  return {
    registerDevice: personCase(own, {
      given: device,
      act: (client, given: Device) => register(client, given.userId, given, 'Phone'),
      rival: (client, given) => register(client, given.other, given, 'Phone'),
    }),
    retireDevice: personCase(own, {
      given: async () => {
        const given = await device();
        await register(own(), given.userId, given, 'Phone');
        return given;
      },
      act: (client, { userId, token }: Device) => retireDevice(client, { userId, token }, keys),
      rival: (client, given) => register(client, given.userId, given, 'Phone again'),
    }),
    upsertRecipient: personCase(own, { given: newPerson, act: account(2), rival: account(3) }),
    unsubscribe: personCase(own, {
      given: newPerson,
      act: (client, { userId }: Person) =>
        unsubscribe(
          client,
          unsubscribeToken({ userId, from: { typeSlug: 'told' } }, unsubscribing),
          unsubscribing,
        ),
    }),
    suppressAddress: isolationCase({
      given: address,
      act: (client: Client, given: Awaited<ReturnType<typeof address>>) =>
        suppressAddress(client, { ...given, reason: 'BOUNCE' }),
      rival: (client: Client, given) => liftSuppression(client, given),
      state: suppressions,
    }),
    liftSuppression: isolationCase({
      given: async () => {
        const given = await address();
        await suppressAddress(own(), { ...given, reason: 'BOUNCE' });
        return given;
      },
      act: (client: Client, given: Awaited<ReturnType<typeof address>>) => liftSuppression(client, given),
      rival: (client: Client, given) => suppressAddress(client, { ...given, reason: 'BOUNCE' }),
      state: suppressions,
    }),
  };
}
