import fc from 'fast-check';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.js';

const v4 = '203.0.113.7';
const v6 = '2001:db8::1';

/** As servers, proxies, gateways and libraries write it. */
const forms: [writer: string, text: unknown, address: string | null][] = [
  ['a plain address', v4, v4],
  ['Azure Application Gateway', `${v4}:51234`, v4],
  ['IIS with spaces', ` ${v4}:51234 `, v4],
  ['IPv6', v6, v6],
  ['IPv6 in full', '2001:0DB8:0000:0000:0000:0000:0000:0001', v6],
  ['loopback', '::1', '::1'],
  ['brackets', `[${v6}]`, v6],
  ['brackets and port', `[${v6}]:443`, v6],
  ['no brackets, and a port', '2001:db8:1:2:3:4:5:6:51234', '2001:db8:1:2:3:4:5:6'],
  ['Node, link-local', 'fe80::1%eth0', 'fe80::1'],
  ['Windows, link-local', 'fe80::d503:4ee:3882:c586%11', 'fe80::d503:4ee:3882:c586'],
  ['zone in a URL', '[fe80::1%25eth0]:8080', 'fe80::1'],
  ['Node on a dual socket', `::ffff:${v4}`, v4],
  ['the same in upper case', `::FFFF:${v4}`, v4],
  ['the same in hex', '::ffff:cb00:7107', v4],
  ['the same in full', '0:0:0:0:0:ffff:203.0.113.7', v4],
  ['the same with a port', `[::ffff:${v4}]:51234`, v4],
  ['X-Forwarded-For', `${v4}, 70.41.3.18, 150.172.238.178`, v4],
  ['X-Forwarded-For without spaces', `${v4},10.0.0.1`, v4],
  ['X-Forwarded-For with ports', `${v4}:51234, 10.0.0.1:80`, v4],
  ['X-Forwarded-For with IPv6', `${v6}, 10.0.0.1`, v6],
  ['Squid', `unknown, ${v4}`, v4],
  ['an empty first place', `, ${v4}`, v4],
  ['Express, two headers joined', `${v4}, ${v6}`, v4],
  ['Forwarded', 'for=192.0.2.60;proto=http;by=203.0.113.43', '192.0.2.60'],
  ['Forwarded, by first', 'by=203.0.113.43; For=192.0.2.60', '192.0.2.60'],
  ['Forwarded, IPv6', 'for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
  ['Forwarded, list', 'for=192.0.2.43, for="[2001:db8:cafe::17]"', '192.0.2.43'],
  ['Forwarded, hidden', 'for=_gazonk', null],
  ['Forwarded, unknown', 'for=unknown;by=203.0.113.43', null],
  ['quotes', `"${v4}"`, v4],
  ['angle brackets', `<${v4}>`, v4],
  ['HAProxy', `PROXY TCP4 ${v4} 10.0.0.1 51234 443`, v4],
  ['gRPC', `ipv4:${v4}:51234`, v4],
  ['gRPC, IPv6', 'ipv6:%5B2001:db8::1%5D:51234', v6],
  ['Go', 'tcp://203.0.113.7:51234', v4],
  ['a URL', `http://${v4}:80/`, v4],
  ['Java', `/${v4}:51234`, v4],
  ['Java with a name', `client.example/${v4}:51234`, v4],
  ['PostgreSQL', `${v4}/32`, v4],
  ['PostgreSQL, IPv6', `${v6}/128`, v6],
  ['BIND', `client ${v4}#53`, v4],
  ['tcpdump', `${v4}.51234`, v4],
  ['Cloudflare trace', `ip=${v4}`, v4],
  ['a network', '203.0.113.0/24', null],
  ['nothing', '', null],
  ['a dash', '-', null],
  ['a word', 'unknown', null],
  ['a name', 'localhost', null],
  ['a Unix socket', 'unix:/run/app.sock', null],
  ['a socket that is closed', undefined, null],
  ['null as text', 'null', null],
  ['no text', 2130706433, null],
  ['NUL', `${v4}\0`, null],
  ['octets above 255', '203.0.113.256', null],
  ['leading zeros, octal for some', '010.0.0.1', null],
  ['half an address', '203.0.113', null],
  ['a number', '3405803783', null],
  ['a version', 'curl/7.88.1', null],
  ['a megabyte', `${'x'.repeat(1_000_000)} ${v4}`, null],
  ['a megabyte of addresses', `${v4}, `.repeat(70_000), v4],
  ['a megabyte of colons', ':'.repeat(1_000_000), null],
];

describe('clientAddress', () => {
  it.each(forms)('takes it out of what is written: %s', (_writer, text, address) => {
    expect(clientAddress(text)).toBe(address);
  });

  it('gives what inet takes, or null', async () => {
    const parts = fc.constantFrom(
      '203',
      '0',
      '113.7',
      '.',
      ':',
      '::',
      'ffff',
      '2001:db8',
      '[',
      ']',
      '%',
      '/',
      '32',
      ' ',
      ',',
      'for=',
      '"',
    );
    const texts = fc.array(parts, { maxLength: 9 }).map((chosen) => chosen.join(''));
    const found = fc
      .sample(fc.oneof(texts, fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), fc.string()), {
        numRuns: 3000,
        seed: 3,
      })
      .map(clientAddress)
      .filter((address) => address !== null);
    const client = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await client.connect();
    const { rows } = await client.query('SELECT host(text::inet) AS address FROM unnest($1::text[]) text', [
      found,
    ]);
    await client.end();

    expect(found.length).toBeGreaterThan(500);
    // PostgreSQL writes ::cb00:7107 with dots.
    expect(rows.map(({ address }) => clientAddress(address))).toEqual(found);
  });
});
