import { describe } from './describe.js';

/** A BCP 47 locale in its canonical form: `en-US`, `zh-Hant-TW`, `en-US-u-hc-h12`. */
export type Locale = string & { readonly __locale: true };

/** Text that names no locale. Answer it with 400. */
export class InvalidLocaleError extends Error {
  override readonly name = 'InvalidLocaleError';
  readonly code = 'LOCALE_INVALID';

  constructor(received: unknown) {
    super(`Not a valid locale: expected a BCP 47 tag such as en-US, got ${describe(received)}.`);
  }
}

/**
 * The locale that a text names: a BCP 47 tag in any case with all its extensions, or what systems write instead, as
 * `en_US`, `de_DE.UTF-8`, `sr_RS@latin` (POSIX), `zh_TW_#Hant` (Java), `en_US@calendar=buddhist` (ICU, iOS) and
 * `en-US@posix` (Chrome). Old subtags become the present ones: `iw` is `he`.
 *
 * A list (`en-US,en;q=0.9`) is refused: choose from an Accept-Language header first. `C` and `POSIX` name no language.
 *
 * Source: RFC 5646; Unicode UTS #35, "Canonical Unicode Locale Identifiers", by `Intl.getCanonicalLocales`.
 *
 * @throws {InvalidLocaleError}
 * @example parseLocale('en_us') // en-US
 */
export function parseLocale(text: string): Locale {
  const locale = typeof text === 'string' ? canonical(text) : undefined;
  if (locale === undefined) throw new InvalidLocaleError(text);
  return locale;
}

/** True for what `parseLocale` returns unchanged. */
export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && canonical(value) === value;
}

/** Longer than a tag with every extension that Unicode knows. */
const LONGEST = 255;

// How Node names LANG=de_DE@euro, and what its own Intl refuses to read.
const POSIX_VARIANT = /-x-lvariant-[a-z0-9]{1,4}$/i;

// No language has a longer code, although the grammar keeps room for some: "english" and "posix" are none.
const LANGUAGE = /^[a-z]{2,3}(?:-|$)/;

// Language, script and region, each with the variants behind them; then what the system adds.
const SYSTEM_FORM = /^([^.@#]*?)(?:_{0,2}#([a-z]{4}))?(?:\.[a-z0-9_-]*)?(?:@(.*))?$/i;

function canonical(text: string): Locale | undefined {
  if (text.length > LONGEST) return undefined;
  const [, name = '', script, modifier] = SYSTEM_FORM.exec(text.trim()) ?? [];
  const tag = withScript(
    name.replaceAll('_', '-').replace(POSIX_VARIANT, ''),
    script ?? SCRIPTS.get(modifier?.toLowerCase()),
  );
  const extension = extensionOf(modifier?.toLowerCase());
  if (extension === undefined) return undefined;
  try {
    const [locale] = Intl.getCanonicalLocales(tag + extension);
    return locale !== undefined && LANGUAGE.test(locale) && locale.length <= LONGEST
      ? (locale as Locale)
      : undefined;
  } catch {
    return undefined;
  }
}

function withScript(tag: string, script: string | undefined): string {
  return script === undefined ? tag : tag.replace(/^[^-]*/, `$&-${script}`);
}

/** How POSIX and ICU call what BCP 47 has a subtag for. */
const SCRIPTS: ReadonlyMap<string | undefined, string> = /* @__PURE__ */ new Map([
  ['latin', 'Latn'],
  ['cyrillic', 'Cyrl'],
  ['devanagari', 'Deva'],
]);
const KEYS: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ['calendar', 'ca'],
  ['collation', 'co'],
  ['currency', 'cu'],
  ['hours', 'hc'],
  ['numbers', 'nu'],
]);

/** Of what stands behind @: a variant, ICU's keywords, or nothing where a tag has no word for it (the euro). */
function extensionOf(modifier: string | undefined): string | undefined {
  if (modifier === undefined || modifier === 'euro' || SCRIPTS.has(modifier)) return '';
  if (modifier === 'posix') return '-u-va-posix';
  if (/^[a-z0-9]{5,8}$/.test(modifier)) return `-${modifier}`;
  const keywords = modifier.split(';').map((keyword) => {
    const [name = '', value] = keyword.split('=');
    const key = KEYS.get(name) ?? name;
    return value !== undefined && /^[a-z0-9][a-z]$/.test(key) ? `-${key}-${value}` : undefined;
  });
  return keywords.includes(undefined) ? undefined : `-u${keywords.join('')}`;
}
