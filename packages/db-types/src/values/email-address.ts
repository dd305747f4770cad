import { describe } from './describe.js';

/** An e-mail address in the one spelling that is stored, compared and mailed to. */
export type EmailAddress = string & { readonly __emailAddress: true };

/** Text that is no e-mail address, or one whose spelling could pass for another. Answer it with 400. */
export class InvalidEmailAddressError extends Error {
  override readonly name = 'InvalidEmailAddressError';
  readonly code = 'EMAIL_ADDRESS_INVALID';

  constructor(received: unknown) {
    super(
      `Not a valid e-mail address: expected name@domain without invisible or full-width characters before the @, got ${describe(received)}.`,
    );
  }
}

/**
 * The address that a text spells. Space around it is dropped. The domain becomes what is asked of DNS (lower case, `xn--`
 * for other scripts). The part before the @ becomes lower case in normal form C and is otherwise left as it is: dots, plus
 * signs and characters that look alike tell mailboxes apart, and only the provider knows which of them do not. Two texts
 * with one result reach one mailbox, so the result is what is mailed to.
 *
 * Refused: characters that nobody sees (U+00AD, U+200B, direction marks), full-width letters before the @, and quoted
 * local parts (`"a b"@x`), which mail libraries have sent to the address inside the quotes.
 *
 * Source: RFC 5321 (64 and 254 octets), RFC 6531 (other scripts), UTS #46 (domains); local parts as in HTML's
 * `<input type=email>`, which takes the dots of old Japanese mobile addresses (`a..b.@`).
 *
 * @throws {InvalidEmailAddressError}
 * @example parseEmailAddress(' Ada@Example.COM ') // ada@example.com
 */
export function parseEmailAddress(text: string): EmailAddress {
  const address = typeof text === 'string' ? canonical(text) : undefined;
  if (address === undefined) throw new InvalidEmailAddressError(text);
  return address;
}

/** True for what `parseEmailAddress` returns unchanged. */
export function isEmailAddress(value: unknown): value is EmailAddress {
  return typeof value === 'string' && canonical(value) === value;
}

/**
 * Not in an address: spaces, controls, what is invisible or only changes its neighbours, half- and full-width forms,
 * private use, surrogates. The SQL function `rules.is_email_address` has the same ranges.
 */
const HIDDEN =
  '\\u0080-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f\\u2000-\\u200f\\u2028-\\u202f' +
  '\\u205f-\\u206f\\u3000\\u3164\\ud800-\\udfff\\ue000-\\uf8ff\\ufdd0-\\ufdef\\ufe00-\\ufe0f\\ufeff\\uff00-\\uffff' +
  '\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}';
const VISIBLE = /* @__PURE__ */ new RegExp(`^[^${HIDDEN}]*$`, 'u');
const LOCAL_PART = /^[a-z0-9.!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+$/u;
const LOCAL_PART_OCTETS = 64;
const ADDRESS_OCTETS = 254;

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
// A last label of digits, or 0x and hex digits, makes an IPv4 address of it for whoever reads it as a URL does.
const DOMAIN = /* @__PURE__ */ new RegExp(`^(?:${LABEL}\\.)*(?!(?:[0-9]+|0x[0-9a-f]*)$)${LABEL}$`);

// ASCII alone: wider spaces may stand in a mailbox's name.
const SPACE_AROUND = /^[\t\n\f\r ]+|[\t\n\f\r ]+$/g;

function canonical(text: string): EmailAddress | undefined {
  // Longer than any address with its spaces, so that nothing below works on a megabyte.
  if (text.length > 1000) return undefined;
  const trimmed = text.replace(SPACE_AROUND, '');
  const at = trimmed.lastIndexOf('@');
  const local = localPart(trimmed.slice(0, Math.max(at, 0)));
  const domain = local && asciiDomain(trimmed.slice(at + 1));
  if (!local || !domain) return undefined;
  const address = `${local}@${domain}`;
  return octets(address) <= ADDRESS_OCTETS ? (address as EmailAddress) : undefined;
}

function localPart(text: string): string | undefined {
  if (!VISIBLE.test(text)) return undefined;
  const local = text.normalize('NFC').toLowerCase().normalize('NFC');
  return LOCAL_PART.test(local) && octets(local) <= LOCAL_PART_OCTETS ? local : undefined;
}

// What ES2022 does not have and every browser and Node does.
declare const URL: new (url: string) => { readonly hostname: string };

function asciiDomain(text: string): string | undefined {
  const lower = text.toLowerCase();
  if (DOMAIN.test(lower) && !/(?:^|\.)xn--/.test(lower)) return lower.length <= 253 ? lower : undefined;
  // The URL parser also undoes %41 and drops tabs; full-width letters and dots it maps, as IDNA wants.
  if (!/^(?:[a-z0-9.-]|[^\0-\x7f])+$/.test(lower) || !VISIBLE.test(text.replace(MAPPED_IN_DOMAINS, '')))
    return undefined;
  try {
    const { hostname } = new URL(`http://${text}`);
    return DOMAIN.test(hostname) && hostname.length <= 253 ? hostname : undefined;
  } catch {
    return undefined;
  }
}

/** Half and full width, which IDNA maps, and the two joiners, which it takes where a script needs them. */
const MAPPED_IN_DOMAINS = /\u200c|\u200d|[\uff01-\uff9f\uffa1-\uffee]/g;

function octets(text: string): number {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return count;
}
