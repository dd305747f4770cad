/** How much a seed writes. Every size holds the smaller ones: the same people with the same ids come first. */
export const seedSizes = ['small', 'medium', 'large'] as const;

export type SeedSize = (typeof seedSizes)[number];

export const peopleCount: Readonly<Record<SeedSize, number>> = { small: 60, medium: 2_000, large: 50_000 };

export function isSeedSize(value: unknown): value is SeedSize {
  return seedSizes.some((size) => size === value);
}
