import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidEmailAddressError, isEmailAddress, parseEmailAddress } from './email-address.js';

const accepted: [text: string, address: string][] = [
  ['ada@example.com', 'ada@example.com'],
  [' Ada.Lovelace+News@Example.COM\n', 'ada.lovelace+news@example.com'],
  ["o'brien@example.ie", "o'brien@example.ie"],
  // Old Japanese mobile addresses.
  ['a..b.@docomo.ne.jp', 'a..b.@docomo.ne.jp'],
  ['ada@localhost', 'ada@localhost'],
  ['ada@München.de', 'ada@xn--mnchen-3ya.de'],
  ['ada@XN--mnchen-3ya.de', 'ada@xn--mnchen-3ya.de'],
  ['ada@ｅｘａｍｐｌｅ．ｊｐ', 'ada@example.jp'],
  ['ada@faß.de', 'ada@xn--fa-hia.de'],
  ['ada@نامه\u200cای.com', 'ada@xn--mgba3gch31f060k.com'],
  ['用户@例子.广告', '用户@xn--fsqu00a.xn--4rr70v'],
  // SARA AM has a compatibility form, and is an ordinary letter of Thai.
  ['น้ำ@ไทย.ไทย', 'น้ำ@xn--o3cw4h.xn--o3cw4h'],
  ['e\u0301tienne@example.fr', 'étienne@example.fr'],
  ['ÉTIENNE@example.fr', 'étienne@example.fr'],
  ['İ@example.com', 'i\u0307@example.com'],
  [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
];

const refused = [
  '',
  'ada',
  '@example.com',
  'ada@',
  'ada@b@example.com',
  'ada lovelace@example.com',
  'Ada <ada@example.com>',
  'ada@example.com, bob@example.com',
  '"ada lovelace"@example.com',
  'ａda@example.com',
  'ada＠example.com',
  'a\u00adda@example.com',
  'ada\u200b@example.com',
  'ada\u200d@example.com',
  'ada@exam\u00adple.com',
  'ada@exam\u200bple.com',
  'ada@exam\u200dple.com',
  '\u202eada@example.com',
  '\ufeffada@example.com',
  'ada\ud800@example.com',
  'a\0da@example.com',
  'ada@exa\0mple.com',
  'ada@example.com.',
  'ada@.example.com',
  'ada@-example.com',
  'ada@exa_mple.com',
  'ada@%65xample.com',
  'ada@example.com:25',
  'ada@user:pw@example.com',
  'ada@example.com/path',
  'ada@127.0.0.1',
  'ada@[127.0.0.1]',
  'ada@1.2.3',
  'ada@0x7f',
  'ada@xn--a.com',
  `${'a'.repeat(65)}@example.com`,
  `${'é'.repeat(33)}@example.com`,
  `ada@${'a'.repeat(64)}.com`,
  `${'a'.repeat(64)}@${'a.'.repeat(95)}com`,
  `ada@${'b'.repeat(1_000_000)}.com`,
];

describe('parseEmailAddress', () => {
  it.each(accepted)('reads %j as %s', (text, address) => {
    expect(parseEmailAddress(text)).toBe(address);
    expect(isEmailAddress(text)).toBe(text === address);
  });

  it.each([...refused, undefined, null, 5, {}])('refuses %j', (text) => {
    expect(() => parseEmailAddress(text as string)).toThrow(InvalidEmailAddressError);
    expect(isEmailAddress(text)).toBe(false);
  });

  it('reads what it gives as the same again', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(part, part, (local, domain) => {
        let address: string;
        try {
          address = parseEmailAddress(`${local}@${domain}.com`);
        } catch {
          return;
        }
        expect(parseEmailAddress(address)).toBe(address);
      }),
      { numRuns: 2000 },
    );
  });

  it('tells mailboxes apart that only look alike', () => {
    // Cyrillic а, and a letter whose compatibility form is another one.
    const addresses = ['ada@example.com', '\u0430da@example.com', 'ﬁ@example.com', 'fi@example.com'];
    expect(new Set(addresses.map(parseEmailAddress)).size).toBe(4);
  });
});
