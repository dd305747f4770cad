import type { Canaries } from './canaries.js';
import type { Give } from './ways-in/way-in.js';

/** How values are given: as they should be, or so that a kind of error comes of it. */
export interface Mood {
  readonly name: string;
  /** `formed`: only some texts pass for what it is, such as an address. */
  readonly text?: (text: string, formed: boolean) => string;
  readonly id?: (canary: string) => string;
}

export const asTheyShouldBe: Mood = { name: 'as they should be' };

export const moods: readonly Mood[] = [
  { name: 'a second time' },
  { name: 'with a NUL character', text: (text) => `${text}\0` },
  { name: 'far too long', text: (text) => `${text} ${'x'.repeat(20_000)}` },
  { name: 'with malformed ids', id: (canary) => canary },
  { name: 'with ids of nothing', id: () => '018f0000-0000-7000-8000-000000000001' },
];

export function createGive(service: string, canaries: Canaries, mood: Mood): Give {
  const { text = (value: string) => value, id } = mood;
  const named = (name: string) => `${service}: ${name}`;
  return {
    secret: (name) => text(canaries.of('secret', named(name)), false),
    card: (name) => text(`card ${canaries.cardNumber(named(name))}`, false),
    text(name, as) {
      const value = canaries.of('private', named(name));
      return text(as?.(value) ?? value, as !== undefined || name === 'username');
    },
    id: (given) => (id === undefined ? given : (id(canaries.of('private', named('id'))) as typeof given)),
    issued(name, value) {
      if (value !== '') canaries.add(named(name), value);
    },
    async refusal(work) {
      const refused = await work.then(
        () => false,
        () => true,
      );
      if (!refused && mood === asTheyShouldBe) throw new Error('It was not refused.');
    },
  };
}
