import { type Person, Random, type SeedContext, type SeedRow, seedId } from '@codezest/db-core/seed';
import type { LeadStatus } from '../../generated/enums.js';
import type { LeadTags } from '../json-types.js';

/** Only learners are leads. */
export async function seedLeads({ insert, people }: SeedContext): Promise<void> {
  await insert('user_leads', leadRows(people()));
}

const open: Record<Exclude<LeadStatus, 'CONVERTED'>, number> = {
  NEW: 55,
  CONTACTED: 20,
  QUALIFIED: 15,
  LOST: 10,
};
const sources = { google: 40, newsletter: 20, friend: 15, youtube: 15, campus: 10 };

function* leadRows(people: Iterable<Person>): Generator<SeedRow> {
  for (const person of people) {
    if (person.role !== 'STUDENT') continue;
    const random = new Random('lead', person.index);
    const source = random.weighted(sources);
    const isCampus = person.email.endsWith('@campus.test');
    const updatedAt = person.paidSince ?? person.joinedAt;
    yield {
      id: seedId('UserLead', person.index, person.joinedAt),
      user_id: person.id,
      lead_score: person.paidSince ? random.int(60, 100) : random.int(0, 70),
      lead_status: person.paidSince ? 'CONVERTED' : random.weighted(open),
      utm_source: source === 'friend' ? null : source,
      utm_medium: source === 'google' ? 'cpc' : source === 'friend' ? null : 'referral',
      utm_campaign: source === 'newsletter' ? 'spring-2026' : null,
      referral_code: source === 'friend' ? `FRIEND-${random.hex(3).toUpperCase()}` : null,
      segment: isCampus ? 'university' : person.persona,
      tags: (isCampus ? ['campus', person.country] : [person.country]) satisfies LeadTags,
      created_at: person.joinedAt,
      updated_at: updatedAt,
    };
  }
}
