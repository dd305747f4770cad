import { isUserId, type UserId } from '@codezest/db-types';
import { afterEach, expect, it, vi } from 'vitest';
import { InvalidIdTimeError, newId } from './new-id.js';

afterEach(() => {
  vi.useRealTimers();
});

const timeOf = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
const many = (count: number, make: () => string) => Array.from({ length: count }, make);

it('is a UUID version 7 that no other call gives', () => {
  const ids: UserId[] = Array.from({ length: 10_000 }, () => newId<'User'>());

  expect(ids.every(isUserId)).toBe(true);
  expect(ids.every((id) => /^.{14}7.{4}[89ab]/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

it('holds the moment that it was made for', () => {
  for (const moment of [0, 1, Date.UTC(2026, 0, 5), 2 ** 48 - 1]) expect(timeOf(newId(moment))).toBe(moment);
  expect(timeOf(newId(1_700_000_000_000.9))).toBe(1_700_000_000_000);
});

it('sorts after those that were made before for the same moment, whatever was made between them', () => {
  const moments = [Date.UTC(2026, 0, 5), Date.UTC(2019, 0, 5), Date.UTC(2026, 0, 5, 1)];
  const made = moments.map((): string[] => []);

  for (let turn = 0; turn < 1_000; turn += 1) {
    const which = turn % 3;
    newId();
    made[which]?.push(newId(moments[which]));
  }

  for (const ids of made) expect(ids).toEqual(ids.toSorted());
});

it('sorts by when it was made, while the clock stands still and when it steps back', () => {
  vi.useFakeTimers({ now: Date.UTC(2096, 0, 5) });
  const still = many(1_000, newId);
  vi.setSystemTime(Date.now() - 9_000);
  const back = many(1_000, newId);
  vi.setSystemTime(Date.now() + 9_001);

  const ids = [...still, ...back, newId()];

  expect(ids).toEqual(ids.toSorted());
  expect(timeOf(ids.at(-1) ?? '')).toBe(Date.now());
});

it('follows a clock that was far ahead', () => {
  vi.useFakeTimers({ now: Date.UTC(2097, 0, 5) });
  newId();
  vi.setSystemTime(Date.UTC(2026, 0, 5));

  expect(timeOf(newId())).toBe(Date.UTC(2026, 0, 5));
});

it('is in order with its random part still unlike another process’s', () => {
  const tails = new Set(many(1_000, () => newId(1)).map((id) => id.slice(-6)));
  const steps = many(1_000, () => newId(1)).map((id) => Number.parseInt(id.slice(25, 30), 16));

  expect(tails.size).toBeGreaterThan(990);
  expect(new Set(steps.slice(1).map((step, index) => step - (steps[index] ?? 0))).size).toBeGreaterThan(500);
});

it.each([Number.NaN, -1, 2 ** 48, Number.POSITIVE_INFINITY])('is not made for the time %s', (at) => {
  expect(() => newId(at)).toThrow(InvalidIdTimeError);
});
