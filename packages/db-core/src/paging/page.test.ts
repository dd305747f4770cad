import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidPageError, pageLimit, timeCursor, timePage } from './page.js';

const uuid = fc.uuid();
const instant = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
const rows = fc.array(fc.record({ id: uuid, createdAt: instant }), { minLength: 2, maxLength: 30 });
const placeOf = ({ id, createdAt }: { id: string; createdAt: Date }) => ({ id, at: createdAt });

describe('a page', () => {
  it('tells a next page only when there is a row beyond it', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const full = timePage('feed', all, all.length, placeOf);
        const part = timePage('feed', all, all.length - 1, placeOf);

        expect(full.nextCursor).toBeNull();
        expect(part.items).toHaveLength(all.length - 1);
        const last = part.items.at(-1);
        expect(timeCursor('feed', { cursor: part.nextCursor })).toEqual({
          at: last?.createdAt.toISOString(),
          id: last?.id,
        });
      }),
    );
  });

  it('refuses a cursor of another listing', () => {
    const rowsOfFeed = [
      { id: '018f0000-0000-7000-8000-000000000001', createdAt: new Date(0) },
      { id: '018f0000-0000-7000-8000-000000000002', createdAt: new Date(1) },
    ];
    const { nextCursor } = timePage('feed:ada', rowsOfFeed, 1, placeOf);

    expect(() => timeCursor('feed:sam', { cursor: nextCursor })).toThrow(InvalidPageError);
  });

  it('refuses whatever else stands where a cursor should', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (cursor) => {
        expect(() => timeCursor('feed', { cursor })).toThrow(InvalidPageError);
      }),
    );
  });

  it.each([
    '0000-01-01T00:00:00.000Z',
    '2026-02-30T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-01-01T00:00:60.000Z',
  ])('refuses a cursor at %s, which no database has', (at) => {
    const parts = ['feed', at, '018f0000-0000-7000-8000-000000000001'];
    const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url');

    expect(() => timeCursor('feed', { cursor })).toThrow(InvalidPageError);
  });

  it.each([0, -1, 101, 1.5, Number.NaN, 1e9])('refuses a limit of %s', (limit) => {
    expect(() => pageLimit({ limit })).toThrow(InvalidPageError);
  });

  it('gives 20 items when nobody says how many', () => {
    expect(pageLimit({})).toBe(20);
  });
});
