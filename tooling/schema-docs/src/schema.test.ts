import { expect, it } from 'vitest';
import { schemaAsMarkdown } from './markdown.js';
import { parseSchema } from './schema.js';
import { sqlRules } from './sql-rules.js';
import { transitions } from './transitions.js';

const files = [
  {
    path: 'base.prisma',
    text: `datasource db {
  provider = "postgresql"
}
/// What a coupon is.
/// In two lines.
model Coupon {
  /// [CouponId]
  id        String   @id(map: "coupons_pkey") @default(uuid(7)) @db.Uuid
  /// What the customer types.
  code      String   @unique(map: "coupons_code_key") @db.VarChar(40)
  kind      Kind     @default(FIXED)
  updatedAt DateTime @updatedAt @map("updated_at") @db.Timestamptz(3)
  uses      Use[]

  @@map("coupons")
}
/// How it counts.
enum Kind {
  /// Of the amount | of the rest.
  PERCENTAGE
  FIXED
}`,
  },
  {
    path: 'use.prisma',
    text: `/// One use of a coupon.
model Use {
  /// [UseId]
  id       String @id(map: "uses_pkey") @default(uuid(7)) @db.Uuid
  /// Who used it. [UserId]
  userId   String @map("user_id") @db.Uuid
  couponId String @map("coupon_id") @db.Uuid
  coupon   Coupon @relation(fields: [couponId], references: [id], onDelete: Restrict, map: "uses_coupon_id_fkey")

  // The uses of a user,
  // newest first: listUses.
  @@index([userId, id(sort: Desc)], map: "uses_user_id_id_idx")
  // Not above an index.

  @@index([couponId], map: "uses_coupon_id_idx")
  @@map("uses")
}`,
  },
];

it('reads models, keys, relations and what the comments say of them', async () => {
  const { models, enums } = await parseSchema(files);

  expect(models.map(({ name, table, doc }) => [name, table, doc])).toEqual([
    ['Coupon', 'coupons', 'What a coupon is.\nIn two lines.'],
    ['Use', 'uses', 'One use of a coupon.'],
  ]);
  expect(models[1]?.fields.find(({ name }) => name === 'userId')).toMatchObject({
    column: 'user_id',
    nativeType: 'Uuid',
    typescript: 'UserId',
    doc: 'Who used it.',
  });
  expect(models[1]?.relations).toEqual([
    expect.objectContaining({ target: 'Coupon', onDelete: 'Restrict', constraint: 'uses_coupon_id_fkey' }),
  ]);
  expect(models[1]?.keys.map(({ kind, name, comment }) => [kind, name, comment])).toEqual([
    ['primary', 'uses_pkey', undefined],
    ['index', 'uses_user_id_id_idx', 'The uses of a user, newest first: listUses.'],
    ['index', 'uses_coupon_id_idx', undefined],
  ]);
  expect(enums).toEqual([
    {
      name: 'Kind',
      doc: 'How it counts.',
      members: [
        { name: 'PERCENTAGE', doc: 'Of the amount | of the rest.' },
        { name: 'FIXED', doc: '' },
      ],
    },
  ]);
});

it('prints a table of fields, the keys with their queries and the rules of the SQL', async () => {
  const rules = sqlRules([
    `-- It could be.\nALTER TABLE "uses" ADD CONSTRAINT "uses_never_check" CHECK ("id" <> 'a|b');`,
  ]);

  const allowed = transitions(
    [
      'CREATE TABLE rules.use_transitions (',
      '    from_status "UseStatus" NOT NULL,',
      ');',
      '',
      '-- Rows of rules.use_transitions',
      '--   (OPEN,DONE)',
      '--   (OPEN,GONE)',
      '--   (DONE,GONE)',
      '',
      '-- Rows of rules.others',
      '--   (GONE,OPEN)',
    ].join('\n'),
    ['-- What is gone stays so.\nINSERT INTO "rules"."use_transitions" VALUES (1);'],
  );

  const text = schemaAsMarkdown(await parseSchema(files), rules, allowed);

  expect(allowed).toMatchObject([
    { table: 'use_transitions', enum: 'UseStatus', reason: 'What is gone stays so.' },
  ]);

  expect(text).toContain('erDiagram\n  Coupon ||--o{ Use : coupon\n');
  expect(text).toContain('| userId | uuid (`UserId`) |  |  |  | Who used it. |');
  expect(text).toContain('| couponId | uuid |  |  | → Coupon |  |');
  expect(text).toContain('| code | varchar(40) |  |  | unique | What the customer types. |');
  expect(text).toContain(
    '- index (userId, id desc) `uses_user_id_id_idx`: The uses of a user, newest first: listUses.',
  );
  expect(text).toContain('| `uses_never_check` | check | `"id" <> \'a\\|b\'` |');
  expect(text).toContain('- `OPEN` → `DONE`, `GONE`\n- `DONE` → `GONE`');
  expect(text).toContain('- `PERCENTAGE`: Of the amount | of the rest.');
});
