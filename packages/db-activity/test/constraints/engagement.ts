import type { ConstraintCase } from '@codezest/constraint-tests';
import { OTHER_USER, engagement as row } from './rows.js';

const active = { last_active_at: 'now()' };

export const engagement: ConstraintCase[] = [
  {
    object: 'user_engagements_user_id_key',
    given: row(),
    refused: row(),
    allowed: row({ user_id: OTHER_USER }),
  },
  {
    object: 'user_engagements_points_check',
    refused: row({ points: '-1' }),
    allowed: row({ points: '0' }),
  },
  {
    object: 'user_engagements_level_check',
    refused: row({ level: '0' }),
    allowed: row({ level: '1' }),
  },
  {
    object: 'user_engagements_streak_check',
    refused: row({ ...active, streak: '-1' }),
    allowed: row({ streak: '0' }),
  },
  {
    object: 'user_engagements_longest_streak_check',
    refused: row({ ...active, streak: '3', longest_streak: '2' }),
    allowed: row({ ...active, streak: '3', longest_streak: '3' }),
  },
  {
    object: 'user_engagements_streak_has_day_check',
    refused: row({ streak: '1', longest_streak: '1' }),
    allowed: row({ ...active, streak: '1', longest_streak: '1' }),
  },
];
