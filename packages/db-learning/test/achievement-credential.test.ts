import { newId } from '@codezest/db-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  achievementCredential,
  completeMaterial,
  issueCertificate,
  type NewCertificate,
  type PrismaClient,
  revokeCertificate,
} from '../src/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createCourse, createLearner, only, refusal } from './fixtures.js';

let database: TestDatabase;
let client: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  client = database.client;
});
afterAll(() => database?.drop());

const issuer = { id: 'https://codezest.example/issuer', name: 'CodeZest' };
const statusList = (list: number) => `https://codezest.example/status/${list}`;

async function certified(facts: Partial<NewCertificate> = {}) {
  const course = await createCourse(client, { materials: 1, assignments: 0, quizzes: 0 });
  const userId = await createLearner(client, course);
  await completeMaterial(client, { userId, materialId: only(course.materials).id });
  const subject =
    facts.languageId === undefined ? { moduleId: course.id } : { languageId: course.languageId };
  const { languageId: _l, moduleId: _m, ...given } = facts;
  return (await issueCertificate(client, { userId, title: 'Loops', ...given, ...subject })).certificate;
}

// As https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json demands: ids are URIs,
// texts are not null, results are texts and name their description, enumerated types are extended by `ext:`.
test('a certificate becomes an Open Badge with all that the standard demands', async () => {
  const certificate = await certified({
    score: 92.5,
    grade: 'DISTINCTION',
    description: 'Knows loops.',
    criteria: 'Wrote ten loops.',
    expiresAt: new Date('2099-01-01T00:00:00Z'),
  });
  const index = certificate.statusListIndex;

  expect(await achievementCredential(client, certificate.id, { issuer, statusList })).toEqual({
    '@context': [
      'https://www.w3.org/ns/credentials/v2',
      'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
    ],
    id: `urn:uuid:${certificate.id}`,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    name: 'Loops',
    issuer: { id: issuer.id, type: ['Profile'], name: 'CodeZest' },
    validFrom: certificate.issuedAt.toISOString(),
    validUntil: '2099-01-01T00:00:00.000Z',
    credentialSubject: {
      id: `urn:uuid:${certificate.userId}`,
      type: ['AchievementSubject'],
      achievement: {
        id: `urn:uuid:${certificate.moduleId}`,
        type: ['Achievement'],
        achievementType: 'ext:Module',
        name: 'Loops',
        description: 'Knows loops.',
        criteria: { narrative: 'Wrote ten loops.' },
        resultDescription: [
          {
            id: `urn:uuid:${certificate.moduleId}#score`,
            type: ['ResultDescription'],
            name: 'Score',
            resultType: 'Percent',
            valueMin: '0',
            valueMax: '100',
          },
          {
            id: `urn:uuid:${certificate.moduleId}#grade`,
            type: ['ResultDescription'],
            name: 'Grade',
            resultType: 'LetterGrade',
            allowedValue: ['PASS', 'MERIT', 'DISTINCTION'],
          },
        ],
      },
      result: [
        { type: ['Result'], resultDescription: `urn:uuid:${certificate.moduleId}#score`, value: '92.5' },
        {
          type: ['Result'],
          resultDescription: `urn:uuid:${certificate.moduleId}#grade`,
          value: 'DISTINCTION',
        },
      ],
    },
    credentialStatus: {
      id: `https://codezest.example/status/0#${index}`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(index),
      statusListCredential: 'https://codezest.example/status/0',
    },
  });
});

test('what a certificate does not say has words all the same, and what is optional is left out', async () => {
  const certificate = await certified({ languageId: newId<'ProgrammingLanguage'>() });

  const credential = await achievementCredential(client, certificate.id, {
    issuer,
    holder: 'did:example:maya',
  });

  expect(credential.credentialSubject).toEqual({
    id: 'did:example:maya',
    type: ['AchievementSubject'],
    achievement: {
      id: `urn:uuid:${certificate.languageId}`,
      type: ['Achievement'],
      achievementType: 'Course',
      name: 'Loops',
      description: 'Loops',
      criteria: { narrative: expect.stringMatching(/\w/) },
    },
  });
  expect(Object.keys(credential)).not.toContain('validUntil');
  expect(Object.keys(credential)).not.toContain('credentialStatus');
});

test('it is the same at each call, after a change of the content and after a revocation', async () => {
  const certificate = await certified();
  const read = () => achievementCredential(client, certificate.id, { issuer, statusList });
  const before = await read();

  await client.module.update({
    where: { id: certificate.moduleId as NonNullable<typeof certificate.moduleId> },
    data: { title: 'Other', slug: 'other' },
  });
  await revokeCertificate(client, { certificateId: certificate.id, reason: 'Copied.' });

  expect(await read()).toEqual(before);
});

test('each certificate has a place of its own in the lists of revocations', async () => {
  const [one, other] = [await certified(), await certified()];
  expect(one.statusListIndex).not.toBe(other.statusListIndex);

  const at = 131_072 * 2 + 5;
  await client.$executeRaw`
    INSERT INTO certificates (id, user_id, type, module_id, title, credential_id, status_list_index)
    SELECT gen_random_uuid(), gen_random_uuid(), type, module_id, title, repeat('a', 32), ${at}
    FROM certificates WHERE id = ${one.id}::uuid`;
  const { id } = await client.certificate.findUniqueOrThrow({ where: { statusListIndex: at } });

  expect((await achievementCredential(client, id, { issuer, statusList })).credentialStatus).toMatchObject({
    statusListCredential: 'https://codezest.example/status/2',
    statusListIndex: '5',
  });
});

test('a certificate that is not there, and what is no URI, are refused', async () => {
  const { id } = await certified();

  expect(await refusal(achievementCredential(client, newId<'Certificate'>(), { issuer }))).toBe(
    'RECORD_NOT_FOUND',
  );
  for (const wrong of ['', 'CodeZest', '/issuer']) {
    expect(await refusal(achievementCredential(client, id, { issuer: { ...issuer, id: wrong } }))).toBe(
      'VALUE_INVALID',
    );
    expect(await refusal(achievementCredential(client, id, { issuer, holder: wrong }))).toBe('VALUE_INVALID');
  }
});
