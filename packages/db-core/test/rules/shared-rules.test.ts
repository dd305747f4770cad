import { readFileSync } from 'node:fs';
import {
  isEmailAddress,
  isLocale,
  isPhoneNumber,
  isTimeZone,
  parseEmailAddress,
  parseLocale,
  parsePhoneNumber,
  parseTimeZone,
  timeZoneNames,
} from '@codezest/db-types';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// What the databases enforce is what db-types says: both are asked about the same texts.

let client: Client;
beforeAll(async () => {
  client = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  await client.query('BEGIN; CREATE SCHEMA rules');
  for (const rule of ['time-zones', 'email-addresses', 'phone-numbers', 'locales'])
    await client.query(readFileSync(new URL(`../../rules/${rule}.sql`, import.meta.url), 'utf8'));
});
afterAll(() => client.end());

async function inSql<Verdict>(expression: string, texts: string[]): Promise<Verdict[]> {
  const { rows } = await client.query(
    `SELECT ${expression} AS verdict FROM unnest($1::text[]) WITH ORDINALITY AS given(text, n) ORDER BY n`,
    [texts],
  );
  return rows.map(({ verdict }) => verdict);
}

const orNull = (parse: (text: string) => string) => (text: string) => {
  try {
    return parse(text);
  } catch {
    return null;
  }
};

/** What a text may be made of: parts that have a meaning, and any characters at all. A text of PostgreSQL has no NUL. */
const textsOf = (parts: string[], maxLength = 8) =>
  fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...parts) },
        fc.string({ unit: 'grapheme', maxLength: 2 }),
      ),
      {
        maxLength,
      },
    )
    .map((chosen) => chosen.join('').replaceAll('\0', ''));

/** As many as tell the two apart if a range or a quantifier differs, in one query. */
const samples = (arbitrary: fc.Arbitrary<string>) => fc.sample(arbitrary, { numRuns: 5000, seed: 7 });

describe('time zones', () => {
  const names = [...timeZoneNames().keys(), ...timeZoneNames().values()];
  const parts = [
    '+',
    '-',
    '05',
    '00',
    '12',
    '13',
    '14',
    '15',
    ':',
    'gmt',
    'GMT',
    'UTC',
    'Europe/',
    'Berlin',
    'K',
    '\u212a',
  ];
  const others = samples(textsOf(parts, 4));

  it('are read alike', async () => {
    const texts = [...names, ...names.map((name) => name.toUpperCase()), ...others];
    expect(await inSql('rules.canonical_time_zone(text)', texts)).toEqual(texts.map(orNull(parseTimeZone)));
    expect(await inSql('rules.is_time_zone(text)', texts)).toEqual(texts.map(isTimeZone));
  });

  it('are all known to this server', async () => {
    const zones = [...new Set(timeZoneNames().values())];
    const { rows } = await client.query('SELECT now() AT TIME ZONE zone FROM unnest($1::text[]) zone', [
      zones,
    ]);
    expect(rows).toHaveLength(zones.length);
  });
});

describe('e-mail addresses', () => {
  const parts = [
    'a',
    'z',
    'A',
    '0',
    '.',
    '-',
    '_',
    '+',
    '@',
    '@',
    'com',
    'x.org',
    '0x',
    '12',
    'é',
    'e\u0301',
    'É',
    'Σ',
    'ς',
    'น้ำ',
    'а',
  ];
  const odd = [
    '\u00ad',
    '\u200b',
    'ａ',
    '\u3000',
    ' ',
    '"',
    '\\',
    '\ue000',
    '\u{e0001}',
    '\u{1f642}',
    '\ufe0f',
    '\u0300',
    '例',
  ];
  const long = ['a'.repeat(63), 'é'.repeat(32), 'b.'.repeat(40)];
  const texts = samples(
    fc.oneof(
      textsOf([...parts, ...odd, ...long]),
      fc
        .tuple(textsOf([...parts, ...odd, ...long], 3), textsOf([...parts, ...long], 4))
        .map((both) => both.join('@')),
    ),
  );

  it('are judged alike: what is canonical for one is so for the other', async () => {
    const canonical = texts.map(orNull(parseEmailAddress)).filter((text) => text !== null);
    const all = [...texts, ...canonical];
    expect(new Set(canonical).size).toBeGreaterThan(300);
    expect(canonical.filter((text) => !/^[\0-\x7f]*$/.test(text)).length).toBeGreaterThan(50);
    const verdicts = await inSql<boolean>('rules.is_email_address(text)', all);
    expect(all.filter((text, index) => verdicts[index] !== isEmailAddress(text))).toEqual([]);
  });

  it('has the same hidden characters', async () => {
    const characters = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter(
        (code) =>
          (code < 0xd800 || code > 0xdfff) && code > 0 && (code < 0x3400 || code % 7 === 0 || code > 0xa000),
      )
      .map((code) => String.fromCodePoint(code))
      // Case and composition follow Unicode's version, which is Node's here and the server's there.
      .filter(
        (character) => character === character.toLowerCase() && character === character.normalize('NFC'),
      );
    const texts = characters.filter((_, index) => index < 70_000).map((character) => `a${character}b@x.org`);
    const verdicts = await inSql<boolean>('rules.is_email_address(text)', texts);
    const different = texts.filter((text, index) => verdicts[index] !== isEmailAddress(text));
    expect(different).toEqual([]);
  });
});

describe('phone numbers', () => {
  const number = fc.tuple(
    fc.constantFrom('+', '+49', '0049', '(+49) ', '+(0)', '+1'),
    textsOf(['0', '12', '345', ' ', '(0)', '(30)', '٠']),
  );
  const texts = samples(number.map((both) => both.join('')));

  it('are judged alike', async () => {
    const all = [...texts, ...texts.map(orNull(parsePhoneNumber)).filter((text) => text !== null)];
    expect(all.filter(isPhoneNumber).length).toBeGreaterThan(300);
    expect(await inSql('rules.is_phone_number(text)', all)).toEqual(all.map(isPhoneNumber));
  });
});

describe('locales', () => {
  const parts = [
    'en',
    'DE',
    'US',
    'Latn',
    '419',
    '1996',
    'valencia',
    'u',
    'hc',
    'h12',
    'x',
    'a',
    't',
    'de',
    'é',
    '',
  ];
  const subtags = fc.array(fc.constantFrom(...parts), { maxLength: 6 });
  const texts = samples(
    fc
      .tuple(fc.constantFrom('en', 'de', 'EN', 'sr-Latn', 'english', ''), subtags)
      .map((both) => both.flat().join('-')),
  );

  it('are judged alike, but for subtags that have been replaced', async () => {
    const canonical = texts.map(orNull(parseLocale)).filter((text) => text !== null);
    expect(new Set(canonical).size).toBeGreaterThan(100);
    expect(await inSql('rules.is_locale(text)', canonical)).toEqual(canonical.map(() => true));
    const verdicts = await inSql<boolean>('rules.is_locale(text)', texts);
    const refused = texts.filter((_text, index) => verdicts[index] === false);
    expect(refused.filter((text) => isLocale(text))).toEqual([]);
    const taken = texts.filter(
      (text, index) => verdicts[index] === true && orNull(parseLocale)(text) === null,
    );
    // A second extension of the same letter, a variant twice: the grammar beyond a regular expression.
    for (const text of taken) expect(text).toMatch(/-([a-z0-9]+)(?:-.*)?-\1(?:-|$)|-[tu]-/);
  });
});
