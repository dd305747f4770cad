/**
 * The one spelling under which an address is stored and looked up: compatibility forms resolved (full-width letters),
 * lower case, no space around it. What it means stays: a dot or a plus sign is the provider's business.
 */
export function normalizedEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}
