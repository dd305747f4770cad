import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmailLog, listSuppressions, type Prisma, recordEmailReport } from '../src/index.js';
import type { TestDatabase } from './database.js';
import { newType, newUser, racingDatabase } from './fixtures.js';

let database: TestDatabase;
let slug: string;

beforeAll(async () => {
  database = await racingDatabase();
  slug = await newType(database.client);
});

afterAll(() => database.drop());

const provider = 'SES' as const;
const sent = async (values: Partial<Prisma.EmailLogUncheckedCreateInput> = {}): Promise<EmailLog> => {
  const id = newId<'EmailLog'>();
  const { id: typeId } = await database.client.notificationType.findUniqueOrThrow({ where: { slug } });
  return database.client.emailLog.create({
    data: {
      id,
      to: `${id}@example.com`,
      userId: newUser(),
      typeId,
      templateId: 'invitation',
      subject: 'Come in',
      status: 'SENT',
      provider,
      providerId: id,
      sentAt: new Date(Date.now() + 1_000),
      ...values,
    },
  });
};
const report = ({ providerId }: EmailLog, given: Parameters<typeof recordEmailReport>[2]) =>
  recordEmailReport(database.client, { provider, providerId: providerId as string }, given);
const reasons = async ({ to }: EmailLog) =>
  (await listSuppressions(database.client, { channel: 'EMAIL', address: to })).map(({ reason }) => reason);
const settingsOf = ({ userId }: EmailLog) =>
  database.client.userNotificationSetting.findMany({ where: { userId: userId as never } });

const arrived = { outcome: 'DELIVERED' } as const;
const bounced = { outcome: 'FAILED', errorCode: 'NO_MAILBOX', permanent: true } as const;
const complained = { outcome: 'COMPLAINED' } as const;

describe('a report on an e-mail of the log', () => {
  it('in any order has the same outcome: a complaint counts more than a bounce, and that more than an arrival', async () => {
    const reports = [arrived, bounced, complained];
    const orders = reports.flatMap((a) => reports.flatMap((b) => reports.map((c) => [a, b, c])));
    for (const order of orders) {
      const email = await sent();
      for (const given of order) await report(email, given);

      const { status, errorCode } = await database.client.emailLog.findUniqueOrThrow({
        where: { id: email.id },
      });
      const expected = order.includes(complained)
        ? 'COMPLAINED'
        : order.includes(bounced)
          ? 'BOUNCED'
          : 'DELIVERED';
      expect({ status, errorCode }).toEqual({
        status: expected,
        errorCode: expected === 'BOUNCED' ? 'NO_MAILBOX' : null,
      });
      expect((await reasons(email)).sort()).toEqual(
        [order.includes(bounced) && 'BOUNCE', order.includes(complained) && 'COMPLAINT'].filter(Boolean),
      );
    }
  });

  it('of a complaint switches off its type for its user, and nothing for who has none', async () => {
    const [own, nobody, noType] = [await sent(), await sent({ userId: null }), await sent({ typeId: null })];
    for (const email of [own, nobody, noType, own]) await report(email, complained);

    expect(await settingsOf(own)).toMatchObject([{ typeId: own.typeId, email: false, push: null }]);
    expect(await settingsOf(noType)).toEqual([]);
    expect(await reasons(nobody)).toEqual(['COMPLAINT']);
  });

  it('of a soft bounce suppresses nothing, and what never left stays as it is', async () => {
    const soft = await sent();
    expect(await report(soft, { ...bounced, permanent: false })).toMatchObject({ status: 'BOUNCED' });
    expect(await reasons(soft)).toEqual([]);
    const failed = await sent({
      status: 'FAILED',
      sentAt: null,
      failedAt: new Date(Date.now() + 1_000),
      errorCode: 'X',
    });
    expect(await report(failed, arrived)).toMatchObject({ status: 'FAILED', errorCode: 'X' });
  });

  it('of a batch that has one id concerns whom it names', async () => {
    const batch = newId<'EmailLog'>();
    const [ada, ben] = [await sent({ providerId: batch }), await sent({ providerId: batch })];
    await report(ada, { ...complained, address: `Ben <${ben.to.toUpperCase()}>` });

    const states = await database.client.emailLog.findMany({
      where: { providerId: batch },
      orderBy: { id: 'asc' },
    });
    expect(states.map(({ status }) => status)).toEqual(['SENT', 'COMPLAINED']);
    expect(await settingsOf(ada)).toEqual([]);
  });

  it('of years to come, or on an unknown e-mail, is refused', async () => {
    const email = await sent();
    for (const deliveredAt of [new Date('2099-01-01'), new Date(Number.NaN)])
      await expect(report(email, { ...arrived, deliveredAt })).rejects.toMatchObject({
        code: 'REPORT_TIME_INVALID',
      });
    await expect(
      recordEmailReport(
        database.client,
        { provider: 'SMTP', providerId: email.providerId as string },
        arrived,
      ),
    ).rejects.toMatchObject({ code: 'EMAIL_NOT_FOUND' });
    expect((await database.client.emailLog.findUniqueOrThrow({ where: { id: email.id } })).status).toBe(
      'SENT',
    );
  });

  it('outlives the type', async () => {
    const gone = await newType(database.client);
    const { id: typeId } = await database.client.notificationType.findUniqueOrThrow({
      where: { slug: gone },
    });
    const email = await sent({ typeId });
    await database.client.notificationType.delete({ where: { slug: gone } });

    expect(await report(email, complained)).toMatchObject({ typeId: null, status: 'COMPLAINED' });
  });

  it(`by ${CALLERS} at once is recorded once, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const email = await sent();
      const { refused } = await race((caller) =>
        report(email, [arrived, bounced, complained][caller % 3] ?? arrived),
      );

      expect(refused).toEqual({});
      expect((await reasons(email)).sort()).toEqual(['BOUNCE', 'COMPLAINT']);
      expect(await settingsOf(email)).toHaveLength(1);
      expect(await database.client.emailLog.findUniqueOrThrow({ where: { id: email.id } })).toMatchObject({
        status: 'COMPLAINED',
        bouncedAt: null,
      });
    }
  });
});
