import { isUserId, type UserId } from '@codezest/db-types';
import { expect, it } from 'vitest';
import { newId } from './new-id.js';

it('is a UUID version 7 that no other call gives', () => {
  const ids: UserId[] = Array.from({ length: 10_000 }, () => newId<'User'>());

  expect(ids.every(isUserId)).toBe(true);
  expect(ids.every((id) => /^.{14}7.{4}[89ab]/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

it('sorts by the moment it was made', () => {
  const moment = Date.UTC(2026, 0, 5);

  expect(newId(moment) < newId(moment + 1)).toBe(true);
  expect(Number.parseInt(newId(moment).replace('-', '').slice(0, 12), 16)).toBe(moment);
});
