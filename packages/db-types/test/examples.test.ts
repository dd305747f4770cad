import { expect, it } from 'vitest';
import { InvalidIdError, type ModuleId } from '../src/index.js';
import { maySeeDrafts, roleOf } from './examples/enums.js';
import { readMessage, toldAs } from './examples/events.js';
import { isEnrolled, modulesAmong } from './examples/ids.js';
import { headline, newer } from './examples/json-shapes.js';
import { learningColumns } from './examples/references.js';
import { contactOf } from './examples/values.js';

const userId = '018f0000-0000-7000-8000-000000000001';
const moduleId = '018f0000-0000-7000-8000-000000000002' as ModuleId;

it('a role comes out of a token only if it is one', () => {
  expect(roleOf({ role: 'INSTRUCTOR' })).toBe('INSTRUCTOR');
  expect(() => roleOf({ role: 'USER' })).toThrow('no role');
  expect([maySeeDrafts('STUDENT'), maySeeDrafts('ADMIN')]).toEqual([false, true]);
});

it('texts become ids, or an error', async () => {
  const enrolled = async () => [moduleId];

  expect(await isEnrolled({ userId, moduleId: moduleId.toUpperCase() }, enrolled)).toBe(true);
  await expect(isEnrolled({ userId, moduleId: '42' }, enrolled)).rejects.toThrow(InvalidIdError);
  expect(modulesAmong([moduleId, '42', null])).toEqual([moduleId]);
});

it('shapes are told apart, and the newest snapshot wins', () => {
  const quiz = { type: 'QUIZ_COMPLETED', metadata: { quizTitle: 'Loops', score: 8, maxScore: 10 } };
  const snapshot = (version: number) => ({ version }) as Parameters<typeof newer>[0];

  expect(headline(quiz as Parameters<typeof headline>[0])).toBe('Loops: 8 of 10');
  expect(newer(snapshot(2), snapshot(1)).version).toBe(2);
});

it('a message becomes an event, or an error', () => {
  const message = {
    id: '018f0000-0000-7000-8000-000000000003',
    type: 'user.deleted',
    version: 1,
    aggregateType: 'auth.user',
    aggregateId: userId,
    aggregateVersion: 4,
    occurredAt: '2026-11-29T12:00:00.000Z',
    traceContext: null,
    payload: { userId },
  };

  expect(toldAs(readMessage(JSON.stringify(message)))).toBe(`${userId} is gone`);
  expect(() => readMessage(JSON.stringify({ ...message, payload: {} }))).toThrow('/payload/userId');
});

it('the registry names the columns of a service', () => {
  expect(learningColumns).toContain('language_enrollments.user_id: delete');
});

it('what people type has one spelling', () => {
  const form = {
    email: 'Ada@München.de',
    phone: '0049 (0)30 123456',
    timeZone: 'Asia/Calcutta',
    locale: 'en_US',
  };

  expect(contactOf(form)).toEqual({
    email: 'ada@xn--mnchen-3ya.de',
    phone: '+4930123456',
    timeZone: 'Asia/Kolkata',
    locale: 'en-US',
  });
  expect(() => contactOf({ ...form, timeZone: 'IST' })).toThrow('no such time zone');
});
