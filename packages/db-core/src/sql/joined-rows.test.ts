import { expect, it } from 'vitest';
import { joinedRows } from './joined-rows.js';

interface Row {
  id: number;
  name: string;
}

const joined = joinedRows<{ cat: Row; owner: Row }>({
  cat: 'c."id" AS "id", c."name" AS "name"',
  owner: 'o."id" AS "id", o."full_name" AS "name"',
});

it('gives each table its own fields', () => {
  const row = { 'cat.id': 1, 'cat.name': 'Tom', 'owner.id': 2, 'owner.name': 'Ada' };

  expect(joined.columns).toBe(
    'c."id" AS "cat.id", c."name" AS "cat.name", o."id" AS "owner.id", o."full_name" AS "owner.name"',
  );
  expect(joined.split(row)).toEqual({ cat: { id: 1, name: 'Tom' }, owner: { id: 2, name: 'Ada' } });
});
