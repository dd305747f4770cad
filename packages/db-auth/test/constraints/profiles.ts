import type { ConstraintCase } from '@codezest/constraint-tests';
import { id, lead, otherUser, profile, user } from './rows.js';

const ownership: ConstraintCase[] = [
  {
    object: 'user_profiles_user_id_key',
    given: user() + otherUser() + profile(),
    refused: profile({ id: id(2) }),
    allowed: profile({ id: id(2), user_id: id(2) }),
  },
  { object: 'user_profiles_user_id_fkey', refused: profile(), allowed: user() + profile() },
  {
    object: 'user_leads_user_id_key',
    given: user() + otherUser() + lead(),
    refused: lead({ id: id(2) }),
    allowed: lead({ id: id(2), user_id: id(2) }),
  },
  { object: 'user_leads_user_id_fkey', refused: lead(), allowed: user() + lead() },
  {
    object: 'user_leads_lead_score_check',
    given: user(),
    refused: lead({ lead_score: '-1' }),
    allowed: lead({ lead_score: '0' }),
  },
  {
    object: 'user_leads_tags_array_check',
    given: user(),
    refused: lead({ tags: '"vip"' }),
    allowed: lead({ tags: '["vip"]' }),
  },
];

const links: ConstraintCase[] = ['avatar', 'cover_image', 'website'].map((column) => ({
  object: `user_profiles_${column}_url_check`,
  given: user(),
  refused: profile({ [column]: 'javascript:alert(1)' }),
  allowed: profile({ [column]: 'https://example.com/ada.png' }),
}));

const arrays: ConstraintCase[] = [
  'education',
  'work_experience',
  'interests',
  'motivations',
  'skills',
  'certifications',
].map((column) => ({
  object: `user_profiles_${column}_array_check`,
  given: user(),
  refused: profile({ [column]: '"[]"' }),
  allowed: profile({ [column]: '[]' }),
}));

const objects: ConstraintCase[] = ['preferences', 'socials'].map((column) => ({
  object: `user_profiles_${column}_object_check`,
  given: user(),
  refused: profile({ [column]: '"{}"' }),
  allowed: profile({ [column]: '{}' }),
}));

const ranges: ConstraintCase[] = (
  [
    ['graduation_year', '1899', '1900'],
    ['graduation_year', '2101', '2100'],
    ['years_experience', '-1', '0'],
    ['years_experience', '81', '80'],
    ['weekly_hours', '-1', '0'],
    ['weekly_hours', '169', '168'],
    ['onboarding_step', '-1', '0'],
    ['onboarding_step', '101', '100'],
  ] as const
).map(([column, outside, inside]) => ({
  object: `user_profiles_${column}_check`,
  given: user(),
  refused: profile({ [column]: outside }),
  allowed: profile({ [column]: inside }),
}));

const formats: ConstraintCase[] = [
  {
    object: 'user_profiles_phone_format_check',
    given: user(),
    refused: profile({ phone: '+44 (20) 7946-0000' }),
    allowed: profile({ phone: '+442079460000' }),
  },
  {
    object: 'user_profiles_timezone_format_check',
    given: user(),
    refused: profile({ timezone: 'Europe/Nowhere' }),
    allowed: profile({ timezone: 'America/Argentina/Buenos_Aires' }),
  },
];

export const profiles = [...ownership, ...links, ...arrays, ...objects, ...ranges, ...formats];
