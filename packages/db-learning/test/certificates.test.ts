import { newId } from '@codezest/db-core';
import { CALLERS, ROUNDS, race } from '@codezest/db-core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  completeMaterial,
  issueCertificate,
  type PrismaClient,
  renewCertificate,
  revokeCertificate,
  verifyCertificate,
} from '../src/index.js';
import type { TestDatabase } from './database.js';
import { createCourse, createLearner, only, racingDatabase, refusal, rolledBack } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await racingDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

/** Someone who has read the only material of the only module of a language. */
async function createGraduate() {
  const course = await createCourse(client, { materials: 1, assignments: 0, quizzes: 0 });
  const userId = await createLearner(client, course);
  await completeMaterial(client, { userId, materialId: only(course.materials).id });
  return { course, userId, moduleId: course.id, languageId: course.languageId };
}

test('a completed module and a completed language are certified, and counted', async () => {
  const { userId, moduleId, languageId } = await createGraduate();

  const ofModule = await issueCertificate(client, {
    userId,
    moduleId,
    title: 'Loops',
    score: 92,
    grade: 'DISTINCTION',
  });
  const ofLanguage = await issueCertificate(client, { userId, languageId, title: 'Python' });

  expect(ofModule.certificate).toEqual(
    await client.certificate.findUnique({ where: { id: ofModule.certificate.id } }),
  );
  expect(ofModule.certificate).toMatchObject({
    type: 'MODULE_COMPLETION',
    moduleId,
    languageId: null,
    score: 92,
    grade: 'DISTINCTION',
    credentialId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(ofLanguage.certificate).toMatchObject({ type: 'LANGUAGE_COMPLETION', moduleId: null, languageId });
  expect([ofModule.stats, ofLanguage.stats].map((stats) => stats.certificatesEarned)).toEqual([1, 2]);
  expect(ofLanguage.stats).toEqual(await client.learnerStats.findUnique({ where: { userId } }));
});

test('a score in percent and an expiry after the issue are certified, nothing else', async () => {
  const { userId, moduleId } = await createGraduate();
  const issue = (given: { score?: number; expiresAt?: Date }) =>
    issueCertificate(client, { userId, moduleId, title: 'Loops', ...given });

  expect(await refusal(issue({ score: 101 }))).toBe('SCORE_OUT_OF_RANGE');
  expect(await refusal(issue({ score: -1 }))).toBe('SCORE_OUT_OF_RANGE');
  expect(await refusal(issue({ expiresAt: new Date(Date.now() - 1_000) }))).toBe('EXPIRY_IN_THE_PAST');
  expect((await issue({ score: 100, expiresAt: new Date('2090-01-01') })).stats.certificatesEarned).toBe(1);
});

test('nothing is certified that is not completed', async () => {
  const course = await createCourse(client);
  const userId = await createLearner(client, course);
  const title = 'Too early';

  expect(await refusal(issueCertificate(client, { userId, moduleId: course.id, title }))).toBe(
    'NOT_COMPLETED',
  );
  expect(await refusal(issueCertificate(client, { userId, languageId: course.languageId, title }))).toBe(
    'NOT_COMPLETED',
  );
  expect(await refusal(issueCertificate(client, { userId, moduleId: newId<'Module'>(), title }))).toBe(
    'NOT_COMPLETED',
  );
});

test('there is one certificate per subject, until it is revoked', async () => {
  const { userId, moduleId } = await createGraduate();
  const issue = () => issueCertificate(client, { userId, moduleId, title: 'Loops' });
  const { certificate } = await issue();
  expect(await refusal(issue())).toBe('CERTIFICATE_EXISTS');

  const revoked = await revokeCertificate(client, { certificateId: certificate.id, reason: 'Copied.' });

  expect(revoked.certificate).toEqual(await client.certificate.findUnique({ where: { id: certificate.id } }));
  expect(revoked.certificate).toMatchObject({ revokedReason: 'Copied.', revokedAt: expect.any(Date) });
  expect(revoked.stats.certificatesEarned).toBe(0);
  expect((await issue()).stats.certificatesEarned).toBe(1);
});

test('a certificate is revoked once, if there is one', async () => {
  const { userId, moduleId } = await createGraduate();
  const { certificate } = await issueCertificate(client, { userId, moduleId, title: 'Loops' });
  const revoke = (certificateId = certificate.id) =>
    revokeCertificate(client, { certificateId, reason: 'Copied.' });
  await revoke();

  expect(await refusal(revoke())).toBe('CERTIFICATE_REVOKED');
  expect(await refusal(revoke(newId<'Certificate'>()))).toBe('RECORD_NOT_FOUND');
});

test('a credential id tells the certificate and whether it holds', async () => {
  const { userId, moduleId, languageId } = await createGraduate();
  const expiresAt = new Date(Date.now() + 500);
  const { certificate } = await issueCertificate(client, { userId, moduleId, title: 'Loops' });
  const expiring = await issueCertificate(client, { userId, languageId, title: 'Python', expiresAt });
  const verify = async ({ credentialId } = certificate) =>
    (await verifyCertificate(client, credentialId))?.validity;

  expect(await verifyCertificate(client, certificate.credentialId)).toEqual({
    certificate,
    validity: 'VALID',
    renewedBy: null,
  });
  await client.$executeRaw`SELECT pg_sleep(0.6)`;
  expect(await verify(expiring.certificate)).toBe('EXPIRED');
  await revokeCertificate(client, { certificateId: certificate.id, reason: 'Copied.' });
  expect(await verify()).toBe('REVOKED');
  expect(await verifyCertificate(client, 'nothing like an id')).toBeNull();
});

test('issue and revocation are rolled back with their transaction', async () => {
  const { userId, moduleId } = await createGraduate();

  const verified = await rolledBack(client, async (transaction) => {
    const { certificate } = await issueCertificate(transaction, { userId, moduleId, title: 'Loops' });
    await revokeCertificate(transaction, { certificateId: certificate.id, reason: 'Copied.' });
    return verifyCertificate(transaction, certificate.credentialId);
  });

  expect(verified?.validity).toBe('REVOKED');
  expect(await client.certificate.count({ where: { userId } })).toBe(0);
});

test(`of ${CALLERS} at once one issues and one revokes, ${ROUNDS} rounds`, async () => {
  const { userId, moduleId } = await createGraduate();

  for (let round = 0; round < ROUNDS; round += 1) {
    const issued = await race(() => issueCertificate(client, { userId, moduleId, title: 'Loops' }));
    expect(issued.won).toHaveLength(1);
    expect(issued.refused).toEqual({ CERTIFICATE_EXISTS: CALLERS - 1 });
    const certificateId = only(issued.won).certificate.id;
    const revoked = await race(() => revokeCertificate(client, { certificateId, reason: 'Copied.' }));
    expect(revoked.won).toHaveLength(1);
    expect(revoked.refused).toEqual({ CERTIFICATE_REVOKED: CALLERS - 1 });
  }
  expect(await client.learnerStats.findUnique({ where: { userId } })).toMatchObject({
    certificatesEarned: 0,
  });
});

test('an expired certificate is renewed, and stays expired', async () => {
  const { userId, moduleId } = await createGraduate();
  const soon = new Date(Date.now() + 60_000);
  const issue = { userId, moduleId, title: 'Loops', score: 87.5, holderName: 'Ada King', expiresAt: soon };
  const { certificate } = await issueCertificate(client, issue);
  // As if it had been issued long ago: only the owner can turn the clock back, behind the rule.
  await database.owner.client.$transaction([
    database.owner.client.$executeRawUnsafe('SET LOCAL session_replication_role = replica'),
    database.owner.client.$executeRaw`
      UPDATE certificates SET issued_at = issued_at - interval '1 year', expires_at = expires_at - interval '1 year'
      WHERE id = ${certificate.id}::uuid`,
  ]);

  const renewed = await renewCertificate(client, {
    certificateId: certificate.id,
    holderName: 'Ada Lovelace',
  });

  const old = await verifyCertificate(client, ` ${certificate.credentialId.toUpperCase()} `);
  expect(old).toMatchObject({
    validity: 'EXPIRED',
    renewedBy: renewed.certificate.credentialId,
    certificate: { holderName: 'Ada King' },
  });
  expect(renewed.certificate).toEqual(
    await client.certificate.findUnique({ where: { id: renewed.certificate.id } }),
  );
  expect(renewed.certificate).toMatchObject({
    renewalOfId: certificate.id,
    title: 'Loops',
    score: 87.5,
    holderName: 'Ada Lovelace',
    expiresAt: null,
  });
  expect(renewed.stats.certificatesEarned).toBe(1);
  expect(await verifyCertificate(client, renewed.certificate.credentialId)).toMatchObject({
    validity: 'VALID',
  });
});

test('what is revoked, renewed or unknown is not renewed, and a new expiry lies ahead', async () => {
  const { userId, moduleId } = await createGraduate();
  const { certificate } = await issueCertificate(client, { userId, moduleId, title: 'Loops' });
  const renew = (certificateId = certificate.id, expiresAt?: Date) =>
    renewCertificate(client, { certificateId, expiresAt });

  expect(await refusal(renew(certificate.id, new Date(0)))).toBe('EXPIRY_IN_THE_PAST');
  const renewed = await renew();
  expect(await refusal(renew())).toBe('CERTIFICATE_NOT_RENEWABLE');
  expect(await refusal(issueCertificate(client, { userId, moduleId, title: 'Again' }))).toBe(
    'CERTIFICATE_EXISTS',
  );
  const { id } = renewed.certificate;
  for (const reason of ['', '  ', '\n']) {
    expect(await refusal(revokeCertificate(client, { certificateId: id, reason }))).toBe(
      'REVOCATION_REASON_MISSING',
    );
  }
  await revokeCertificate(client, { certificateId: id, reason: 'Copied.' });
  expect(await refusal(renew(id))).toBe('CERTIFICATE_NOT_RENEWABLE');
  expect(await refusal(renew(newId<'Certificate'>()))).toBe('RECORD_NOT_FOUND');
});

test(`of ${CALLERS} renewals at once one is made, ${ROUNDS} rounds`, async () => {
  const { userId, moduleId } = await createGraduate();
  let { certificate } = await issueCertificate(client, { userId, moduleId, title: 'Loops' });

  for (let round = 0; round < ROUNDS; round += 1) {
    const { won, refused } = await race(() => renewCertificate(client, { certificateId: certificate.id }));
    expect(refused).toEqual({ CERTIFICATE_NOT_RENEWABLE: CALLERS - 1 });
    certificate = only(won).certificate;
  }
});

test('a score is a number', async () => {
  const { userId, moduleId } = await createGraduate();
  for (const score of [Number.NaN, Number.POSITIVE_INFINITY, -0.1, 100.1]) {
    expect(await refusal(issueCertificate(client, { userId, moduleId, title: 'Loops', score }))).toBe(
      'SCORE_OUT_OF_RANGE',
    );
  }
});
