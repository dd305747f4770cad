import type { InvoiceTax, VatCategory } from '../generated/client.js';
import { includedTax } from './included-tax.js';
import { percentageOf } from './money.js';
import { InvalidLineError } from './payment-errors.js';

/** How VAT is charged on a line: category and rate of EN 16931. */
export interface LineVat {
  readonly category: VatCategory;
  /** A decimal text such as '19' or '8.875', above zero for S; 0 when it is left out. */
  readonly rate?: string;
  /** Why there is no tax, for E, AE, K, G and O: a code of the VATEX list. AE, K, G and O have their own by default. */
  readonly exemptionCode?: string;
  readonly exemptionReason?: string;
}

/** The tax of all lines of one category and rate, rounded once. */
export interface TaxGroup {
  readonly category: VatCategory;
  readonly rate: string;
  /** What the lines add up to; with the tax in it where the prices include it. */
  readonly base: number;
  readonly discount: number;
  readonly tax: number;
  readonly exemptionCode: string | null;
  readonly exemptionReason: string | null;
}

interface TaxedLine {
  readonly amount: number;
  readonly vat: LineVat;
}

const OWN_EXEMPTIONS: Readonly<Partial<Record<VatCategory, string>>> = {
  AE: 'VATEX-EU-AE',
  K: 'VATEX-EU-IC',
  G: 'VATEX-EU-G',
  O: 'VATEX-EU-O',
};
const TAXED = new Set<VatCategory>(['S', 'L', 'M']);
const EXEMPT = new Set<VatCategory>(['E', 'AE', 'K', 'G', 'O']);
const CATEGORIES = new Set<unknown>([...TAXED, ...EXEMPT, 'Z']);

/**
 * The taxes of lines, a group for each category and rate.
 *
 * @throws {InvalidLineError} LINE_INVALID
 */
export function taxesOf(lines: readonly TaxedLine[], taxIncluded: boolean): TaxGroup[] {
  const groups = new Map<string, TaxGroup>();
  for (const { amount, vat } of lines) {
    const own = checkedVat(vat);
    const key = `${own.category} ${own.rate}`;
    const known = groups.get(key) ?? { ...own, base: 0, discount: 0, tax: 0 };
    if (known.exemptionCode !== own.exemptionCode || known.exemptionReason !== own.exemptionReason)
      throw new InvalidLineError('lines of one VAT category have one exemption');
    groups.set(key, { ...known, base: known.base + amount });
  }
  return [...groups.values()].map((group) => withTax(group, taxIncluded));
}

/** The vat of a line as it is stored. */
export function checkedVat(vat: LineVat): Omit<TaxGroup, 'base' | 'discount' | 'tax'> {
  const { category, rate = '0', exemptionReason = null } = vat;
  const exemptionCode = vat.exemptionCode ?? OWN_EXEMPTIONS[category] ?? null;
  if (!CATEGORIES.has(category)) throw new InvalidLineError('the VAT category is one of EN 16931');
  if (typeof rate !== 'string' || !/^\d{1,3}(?:\.\d{1,3})?$/.test(rate) || Number(rate) > 100)
    throw new InvalidLineError('the VAT rate is a decimal text from 0 to 100, such as 19 or 8.875');
  if (category === 'S' ? Number(rate) === 0 : !TAXED.has(category) && Number(rate) !== 0)
    throw new InvalidLineError('VAT category S has a rate above zero, and Z, E, AE, K, G and O have none');
  if (EXEMPT.has(category) === (exemptionCode === null && exemptionReason === null))
    throw new InvalidLineError('E needs an exemption, and S, Z, L and M have none');
  return { category, rate: String(Number(rate)), exemptionCode, exemptionReason };
}

/** The same groups with so much more of a discount, split by what is left of each. */
export function withDiscount(
  groups: readonly TaxGroup[],
  discount: number,
  taxIncluded: boolean,
): TaxGroup[] {
  const left = groups.map((group) => Math.max(group.base - group.discount, 0));
  const parts = shares(discount, left);
  return groups.map((group, index) =>
    withTax({ ...group, discount: group.discount + (parts[index] ?? 0) }, taxIncluded),
  );
}

/**
 * A whole split in proportion to weights: the running total is rounded, so that the parts add up to it and none is more than
 * its weight where the whole is not more than all of them.
 */
export function shares(whole: number, weights: readonly number[]): number[] {
  const total = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
  let weight = 0n;
  let given = 0n;
  return weights.map((own) => {
    weight += BigInt(own);
    const upToHere = total === 0n ? 0n : (2n * BigInt(whole) * weight + total) / (2n * total);
    const part = Number(upToHere - given);
    given = upToHere;
    return part;
  });
}

function withTax(group: TaxGroup, taxIncluded: boolean): TaxGroup {
  const taxed = group.base - group.discount;
  return { ...group, tax: taxIncluded ? includedTax(taxed, group.rate) : percentageOf(taxed, group.rate) };
}

/** A group as it was stored. */
export function storedGroup(row: InvoiceTax): TaxGroup {
  return { ...row, rate: String(row.rate) };
}
