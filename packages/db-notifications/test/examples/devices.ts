import type { UserId } from '@codezest/db-types';
import {
  type Client,
  keyringFromEnvironment,
  pushTargets,
  registerDevice,
  retireDevice,
} from '../../src/index.js';

/** At each start of the app. */
export const appStarted = (client: Client, userId: UserId, token: string) =>
  registerDevice(client, { userId, token, platform: 'IOS', model: 'iPhone 17' });

export const loggedOut = (client: Client, userId: UserId, token: string) =>
  retireDevice(client, { userId, token });

/** The tokens are in clear: for the provider, not for a log. */
export const devicesOf = (client: Client, userIds: UserId[]) => pushTargets(client, userIds);

/** With keys from elsewhere than their usual variable. */
export const devicesUnder = (client: Client, variable: string, userIds: UserId[]) =>
  pushTargets(client, userIds, { encryption: keyringFromEnvironment(variable) });
