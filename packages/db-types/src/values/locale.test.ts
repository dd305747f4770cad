import { describe, expect, it } from 'vitest';
import { InvalidLocaleError, isLocale, parseLocale } from './locale.js';

const accepted: [text: string, locale: string][] = [
  ['en', 'en'],
  ['en_US', 'en-US'],
  ['EN-us', 'en-US'],
  ['en-US-u-hc-h12', 'en-US-u-hc-h12'],
  ['zh-hant-tw', 'zh-Hant-TW'],
  ['es-419', 'es-419'],
  ['de-1996', 'de-1996'],
  ['iw-IL', 'he-IL'],
  // POSIX
  ['de_DE.UTF-8', 'de-DE'],
  ['de_DE@euro', 'de-DE'],
  ['sr_RS@latin', 'sr-Latn-RS'],
  ['ca_ES.UTF-8@valencia', 'ca-ES-valencia'],
  // Java, ICU and iOS, Chrome, Node
  ['zh_TW_#Hant', 'zh-Hant-TW'],
  ['sr__#Latn', 'sr-Latn'],
  ['en_US_POSIX', 'en-US-u-va-posix'],
  ['en_US@calendar=buddhist;numbers=arab', 'en-US-u-ca-buddhist-nu-arab'],
  ['zh-Hans_US', 'zh-Hans-US'],
  ['en-US@posix', 'en-US-u-va-posix'],
  ['de-DE-x-lvariant-euro', 'de-DE'],
];

const refused = [
  '',
  'C',
  'C.UTF-8',
  'POSIX',
  'x',
  '*',
  'english',
  'i-klingon',
  'en-US,en;q=0.9',
  'en US',
  'root',
  'en_US@x',
];
const nonsense = [
  'en-US\0',
  '-en',
  'en-',
  'en@constructor',
  'en_US@constructor=1',
  `en-x-${'a-'.repeat(500_000)}a`,
];

describe('parseLocale', () => {
  it.each(accepted)('reads %j as %s', (text, locale) => {
    expect(parseLocale(text)).toBe(locale);
    expect(isLocale(text)).toBe(text === locale);
  });

  it.each([...refused, ...nonsense, undefined, null, 5])('refuses %j', (text) => {
    expect(() => parseLocale(text as string)).toThrow(InvalidLocaleError);
    expect(isLocale(text)).toBe(false);
  });

  it('takes the locale that this process has', () => {
    expect(isLocale(parseLocale(Intl.DateTimeFormat().resolvedOptions().locale))).toBe(true);
  });
});
