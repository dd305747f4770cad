import { type Canary, type Kind, markers } from './canaries.js';

/** Something that came out. */
export interface Evidence {
  readonly place: string;
  readonly text: string;
}

export interface Hit {
  /** Name of the canary, or its kind where only a part of it was found. */
  readonly canary: string;
  /** How it was written: `verbatim`, `base64` … */
  readonly form: string;
  readonly place: string;
  /** What stands around it. */
  readonly excerpt: string;
}

/**
 * Looks for canaries of these kinds in what was collected, verbatim and encoded. A canary with a marker is found by the
 * marker, so also when it was cut behind it; one without, such as a token, by its value. Of each needle the first places
 * are given.
 */
export function findCanaries(
  evidence: Iterable<Evidence>,
  canaries: readonly Canary[],
  kinds: readonly Kind[],
): Hit[] {
  const { haystack, placeAt } = lay(evidence);
  const hits: Hit[] = [];
  for (const { canary, form, needle } of needlesFor(canaries, kinds)) {
    let at = haystack.indexOf(needle);
    for (let found = 0; at !== -1 && found < MOST_HITS; found += 1) {
      const excerpt = haystack.slice(Math.max(0, at - 120), at + needle.length + 60);
      const named = canaries.find(({ value }) => haystack.startsWith(value, at))?.name;
      hits.push({ canary: named ?? canary, form, place: placeAt(at), excerpt });
      at = haystack.indexOf(needle, at + needle.length);
    }
  }
  return hits;
}

/** Of one needle: enough to see where it comes from. */
const MOST_HITS = 5;

/** A log says the same many times: each line once, or the search takes longer than all the rest. */
function lay(evidence: Iterable<Evidence>): { haystack: string; placeAt(index: number): string } {
  const lines = new Map<string, string>();
  for (const { place, text } of evidence) {
    for (const line of text.split('\n')) {
      const plain = line.replace(/^[\d-]{10} [\d:.]{12} UTC \[\d+\] /, '').replace(/\d+\.\d+ ms/, '');
      if (!lines.has(plain)) lines.set(plain, place);
    }
  }
  const haystack = [...lines.keys()].join('\n');
  const placeAt = (index: number): string => {
    const line = haystack.slice(haystack.lastIndexOf('\n', index) + 1).split('\n', 1)[0] ?? '';
    return lines.get(line) ?? 'several lines';
  };
  return { haystack, placeAt };
}

interface Needle {
  readonly canary: string;
  readonly form: string;
  readonly needle: string;
}

function needlesFor(canaries: readonly Canary[], kinds: readonly Kind[]): Needle[] {
  return kinds.flatMap((kind) => {
    const unmarked = canaries.filter(
      (canary) => canary.kind === kind && !canary.value.includes(markers[kind]),
    );
    return [{ name: `a ${kind} canary`, value: markers[kind] }, ...unmarked].flatMap(({ name, value }) =>
      formsOf(value).map(([form, needle]) => ({ canary: name, form, needle })),
    );
  });
}

/** How a value may be written. */
export function formsOf(value: string): [form: string, needle: string][] {
  const forms: [string, string][] = [
    ['verbatim', value],
    ['URL-encoded', encodeURIComponent(value)],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ...encoded(Buffer.from(value)),
  ];
  // A token is the text of random bytes, and whoever stores these has stored the token.
  if (/^[A-Za-z0-9_-]{43}$/.test(value)) {
    forms.push(...encoded(Buffer.from(value, 'base64url'), ' of its bytes'));
  }
  const needles = new Set<string>();
  return forms.filter(([, needle]) => needles.size < needles.add(needle).size);
}

function encoded(bytes: Buffer, suffix = ''): [string, string][] {
  const hex = bytes.toString('hex');
  return [
    [`hex${suffix}`, hex],
    [`hex${suffix}`, hex.toUpperCase()],
    ...[0, 1, 2].flatMap((offset) => {
      const text = base64At(bytes, offset);
      const url = text.replaceAll('+', '-').replaceAll('/', '_');
      return [
        [`base64${suffix}`, text],
        [`base64url${suffix}`, url],
      ] as [string, string][];
    }),
  ];
}

/** The base64 characters that depend on these bytes alone, when `offset` other bytes stand before them. */
function base64At(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  const text = whole.toString('base64').replaceAll('=', '');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor((whole.length * 8) / 6));
}
