export type EnumGuard<Member extends string> = (value: unknown) => value is Member;

/** The guard of one enum object, for values from outside: a token, a message, a query string. */
export function guardOf<Member extends string>(members: Readonly<Record<string, Member>>): EnumGuard<Member> {
  // Compared by value: `value in members` would also accept 'toString'.
  const values: readonly unknown[] = Object.values(members);
  return (value): value is Member => values.includes(value);
}
