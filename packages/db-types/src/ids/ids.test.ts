import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import * as surface from '../index.js';
import {
  InvalidIdError,
  isUserId,
  type ModuleId,
  parseModuleId,
  parseUserId,
  type UserId,
} from '../index.js';

const uuid = '0198f0c4-7b1e-7c3a-9d52-3f6a1b2c4d5e';
const entities = Object.keys(surface).flatMap((name) => /^parse(\w+Id)$/.exec(name)?.[1] ?? []);

describe('ids', () => {
  it('has a parser and a guard for each entity', () => {
    expect(entities.length).toBeGreaterThan(45);

    const guards = Object.keys(surface).flatMap((name) => /^is(\w+Id)$/.exec(name)?.[1] ?? []);

    expect(guards.sort()).toEqual([...entities].sort());
  });

  it('names its own entity in each refusal', () => {
    const exported: Record<string, unknown> = surface;
    for (const entity of entities) {
      const parse = exported[`parse${entity}`] as (text: string) => string;

      expect(() => parse('nonsense')).toThrowError(
        expect.objectContaining({ code: 'ID_INVALID', entity: entity.replace(/Id$/, '') }),
      );
    }
  });

  it('accepts a UUID of any version and spells it in one way', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), (id, upper) => {
        const parsed = parseUserId(upper ? id.toUpperCase() : id);

        expect(parsed).toBe(id.toLowerCase());
        expect(isUserId(parsed)).toBe(true);
      }),
    );
  });

  it('is an id exactly when parsing would not change it', () => {
    const nearlyAnId = fc
      .tuple(fc.uuid(), fc.nat(40), fc.string({ maxLength: 2 }))
      .map(([id, at, text]) => id.slice(0, at) + text + id.slice(at + text.length));

    fc.assert(
      fc.property(fc.oneof(nearlyAnId, fc.string(), fc.uuid()), (text) => {
        expect(isUserId(text)).toBe(parsedOrUndefined(text) === text);
      }),
    );
  });

  it.each([
    ['braces', `{${uuid}}`],
    ['no hyphens', uuid.replaceAll('-', '')],
    ['a line end', `${uuid}\n`],
    ['space around it', ` ${uuid} `],
    ['a letter that is no hex digit', uuid.replace('0', 'g')],
    ['nothing', ''],
  ])('refuses a UUID with %s', (_, text) => {
    expect(isUserId(text)).toBe(false);
    expect(() => parseUserId(text)).toThrow(InvalidIdError);
  });

  it.each([undefined, null, 7, {}, [uuid]])('refuses what is no text: %j', (value) => {
    expect(isUserId(value)).toBe(false);
    expect(() => parseUserId(value as unknown as string)).toThrow(InvalidIdError);
  });

  it('does not repeat what it was given', () => {
    const secret = 'ada@example.com';

    const error = errorOf(() => parseUserId(secret));

    expect(error.message).toBe('Not a valid User id: expected a UUID, got text of 15 characters.');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
  });

  it('keeps the ids of two entities apart', () => {
    expectTypeOf(parseUserId(uuid)).toEqualTypeOf<UserId>();
    expectTypeOf(parseModuleId(uuid)).not.toExtend<UserId>();
    expectTypeOf<string>().not.toExtend<UserId>();
    expectTypeOf<UserId>().toExtend<string>();
    expectTypeOf(isUserId).guards.toEqualTypeOf<UserId>();
    expectTypeOf<ModuleId>().not.toEqualTypeOf<UserId>();
  });
});

function parsedOrUndefined(text: string): string | undefined {
  try {
    return parseUserId(text);
  } catch {
    return undefined;
  }
}

function errorOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  return expect.unreachable('it was accepted');
}
