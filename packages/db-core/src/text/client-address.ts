import { isIP } from 'node:net';

/**
 * The IP address in what a server, a proxy or a header calls a client's address, or null where there is none. Takes it
 * out of a port, a zone, brackets, quotes and words; of a list as in X-Forwarded-For the first, in a Forwarded header the
 * first `for`. IPv4 in IPv6 becomes IPv4.
 *
 * It never throws: a header is the sender's, and what he writes into it must not stop a login or the count of a failed one.
 * Whether a header is to be believed is a question for the framework (`trust proxy`), not for this function.
 *
 * Source: RFC 7239 (Forwarded), RFC 4291 (IPv4-mapped addresses), RFC 5952 (text of IPv6).
 *
 * @example clientAddress('[::ffff:203.0.113.7]:51234, 10.0.0.1') // 203.0.113.7
 */
export function clientAddress(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const header = text.slice(0, LONGEST_HEADER);
  const clients = [...header.matchAll(FORWARDED_FOR)].map(([, client = '']) => client);
  for (const part of (clients.length > 0 ? clients.join(' ') : header).split(BETWEEN_PARTS)) {
    const address = addressIn(part);
    if (address !== null) return address;
  }
  return null;
}

// Node takes 16 kB of headers; an address stands at the beginning, and nothing here works on a megabyte.
const LONGEST_HEADER = 4096;
const FORWARDED_FOR = /\bfor\s*=\s*("[^"]*"|[^\s;,"]+)/gi;
const BETWEEN_PARTS = /[\s,;="'<>(){}|]+/;

/** 203.0.113.7, then a port as it is written behind a colon, by BIND and by BSD. */
const IPV4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?:[:#.]\d{1,5})?$/;
/** 2001:db8::1, fe80::1%eth0, in brackets where a port follows. */
const IPV6 = /^(?:\[([0-9a-f:.]+)(?:%[^\]]*)?\](?::\d{1,5})?|([0-9a-f:.]+)(?:%.*)?)$/i;
/** Eight groups and a port behind them without brackets. */
const IPV6_AND_PORT = /^((?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}):\d{1,5}$/i;
const IPV4_IN_IPV6 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

function addressIn(part: string): string | null {
  // gRPC writes ipv6:%5B::1%5D:443, Java host/203.0.113.7:443, PostgreSQL 203.0.113.7/32.
  const bare = part
    .replace(/%5b/gi, '[')
    .replace(/%5d/gi, ']')
    .replace(/^(?:ipv[46]|tcp[46]?|udp[46]?|https?):(?:\/\/)?/i, '');
  const [before = '', after] = bare.split('/');
  const text =
    after === undefined || after === '' || after === WHOLE[isIP(before)] ? before : isIP(before) ? '' : after;

  const ipv4 = IPV4.exec(text)?.[1];
  if (ipv4 !== undefined) return isIP(ipv4) === 4 ? ipv4 : null;
  const [, inBrackets, alone] = IPV6.exec(text) ?? [];
  const ipv6 = inBrackets ?? IPV6_AND_PORT.exec(text)?.[1] ?? alone;
  return ipv6 !== undefined && isIP(ipv6) === 6 ? shortest(ipv6) : null;
}

/** The mask of one address, by isIP's number of its kind. */
const WHOLE: Record<number, string> = { 4: '32', 6: '128' };

function shortest(ipv6: string): string {
  const address = new URL(`http://[${ipv6}]`).hostname.slice(1, -1);
  const [, high, low] = IPV4_IN_IPV6.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  return [high, low]
    .flatMap((half) => [Number.parseInt(half, 16) >> 8, Number.parseInt(half, 16) & 255])
    .join('.');
}
