import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ActivityMongo, createMongo } from '../../src/mongo/client.js';
import { recordActivityLogs } from '../../src/mongo/record.js';
import { loggedIn } from './fixtures.js';
import { startWireDouble, type WireDouble } from './wire-double.js';

let double: WireDouble;
let mongo: ActivityMongo;

beforeEach(async () => {
  double = await startWireDouble();
  mongo = createMongo({ url: double.url });
});

afterEach(async () => {
  await mongo.close();
  await double.stop();
});

it('takes what the sender chose: an address out of its decoration or none, a user agent cut to what is stored', async () => {
  const agent = `${'😀'.repeat(999)}\0xyz`;
  const logs = [
    loggedIn({ ip: '[2001:db8::2%eth0]:51234', userAgent: agent }),
    loggedIn({ ip: `203.0.113.7:51234, ${'10.0.0.1, '.repeat(30)}`, userAgent: '' }),
    loggedIn({ ip: 'unknown' }),
  ];

  expect(await recordActivityLogs(mongo, logs)).toBe(3);

  expect(double.store.documents('activity_logs').map(({ ip, userAgent }) => [ip, userAgent])).toEqual([
    ['2001:db8::2', `${'😀'.repeat(999)}x`],
    ['203.0.113.7', undefined],
    [undefined, 'Firefox'],
  ]);
});
