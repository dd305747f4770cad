import { createHash } from 'node:crypto';
import { isId } from '@codezest/db-types';
import { expect, test } from 'vitest';
import {
  courseOf,
  languages,
  type Person,
  people,
  peopleCount,
  personAt,
  Random,
  SEED_NOW,
  SEED_START,
  seedId,
  timelineOf,
} from './index.js';

const small = [...people('small')];

test('an id is the same on every machine, a UUIDv7 of its moment, and of its kind and key alone', () => {
  const id = seedId('User', 'ada');

  expect(id).toBe('019b8b74-1800-7982-8941-987ab40ddaf2');
  expect(isId(id)).toBe(true);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(SEED_START.getTime());
  expect(id[14]).toBe('7');
  expect('89ab').toContain(id[19]);
  expect(seedId('User', 'ada').slice(15)).not.toBe(seedId('Session', 'ada').slice(15));
});

test('the cast, its courses and its moments never change by accident', () => {
  const content = JSON.stringify(small.map((person) => [person, courseOf(person), timelineOf(person)]));

  expect(createHash('sha256').update(content).digest('hex').slice(0, 16)).toMatchInlineSnapshot(
    `"73564e15641a0d80"`,
  );
});

test('every size begins with the smaller one', () => {
  const medium = [...people('medium')];

  expect(medium).toHaveLength(peopleCount.medium);
  expect(medium.slice(0, small.length)).toEqual(small);
  expect(personAt(49_999).index).toBe(49_999);
});

test('names are unique and addresses reach nobody', () => {
  const medium = [...people('medium')];
  const unique = (read: (person: Person) => string): number => new Set(medium.map(read)).size;

  expect(unique((person) => person.id)).toBe(medium.length);
  expect(unique((person) => person.username)).toBe(medium.length);
  expect(unique((person) => person.email)).toBe(medium.length);
  for (const { email, username } of medium) {
    expect(email).toMatch(/^[a-z0-9.]+@(?:example\.com|\w+\.test)$/);
    expect(username).toMatch(/^[a-z0-9_]{3,30}$/);
  }
});

test('the people that examples name are the first', () => {
  expect(small.slice(0, 4).map(({ username, role }) => [username, role])).toEqual([
    ['ada', 'ADMIN'],
    ['ines', 'INSTRUCTOR'],
    ['kenji', 'INSTRUCTOR'],
    ['sam', 'STUDENT'],
  ]);
});

test('a course moves forward only, in the catalogue’s order, and stops before the seed’s now', () => {
  for (const person of small) {
    for (const enrollment of courseOf(person)) {
      const times = [person.joinedAt, enrollment.enrolledAt];
      for (const [index, course] of enrollment.modules.entries()) {
        expect(course.module).toBe(enrollment.language.modules[index]);
        times.push(course.startedAt);
        for (const material of course.materials) times.push(material.startedAt, material.completedAt);
        const { submission } = course;
        if (submission) times.push(submission.submittedAt, submission.gradedAt ?? submission.submittedAt);
        for (const attempt of course.attempts) times.push(attempt.startedAt, attempt.completedAt);
        if (course.completedAt) times.push(course.completedAt);
        expect(course.completedAt !== null).toBe(course.attempts.at(-1)?.passed === true);
      }
      if (enrollment.completedAt) times.push(enrollment.completedAt);
      if (enrollment.certificate) times.push(enrollment.certificate.issuedAt);
      expect(enrollment.certificate !== null).toBe(enrollment.completedAt !== null);
      expect(times).toEqual([...times].sort((left, right) => left.getTime() - right.getTime()));
      expect(times.every((time) => time <= SEED_NOW)).toBe(true);
    }
  }
});

test('a timeline has one id per moment and about three thousand moments in the small size', () => {
  const moments = small.flatMap(timelineOf);

  expect(new Set(moments.map((moment) => moment.id)).size).toBe(moments.length);
  expect(moments.length).toBeGreaterThan(2_000);
  expect(moments.length).toBeLessThan(5_000);
});

test('the catalogue’s slugs and ids are unique', () => {
  const modules = languages.flatMap((language) => language.modules);
  const ids = modules.flatMap((module) => [
    module.id,
    ...module.materialIds,
    module.assignmentId,
    module.quizId,
  ]);

  expect(modules.length).toBeGreaterThan(50);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { modules: own } of languages)
    expect(new Set(own.map((module) => module.slug)).size).toBe(own.length);
});

test('randomness repeats itself by name and spreads evenly', () => {
  const draws = (...name: string[]): number[] => {
    const random = new Random(...name);
    return Array.from({ length: 10_000 }, () => random.next());
  };

  expect(draws('a')).toEqual(draws('a'));
  expect(draws('a')).not.toEqual(draws('b'));
  const mean = draws('a').reduce((sum, value) => sum + value, 0) / 10_000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  const random = new Random('range');
  const rolls = new Set(Array.from({ length: 500 }, () => random.int(1, 6)));
  expect([...rolls].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(random.shuffle([1, 2, 3]).sort()).toEqual([1, 2, 3]);
  expect(random.hex(32)).toMatch(/^[0-9a-f]{64}$/);
  expect(random.weighted({ never: 0, always: 1 })).toBe('always');
});
