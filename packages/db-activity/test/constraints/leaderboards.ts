import type { ConstraintCase, TriggerEffect } from '@codezest/constraint-tests';
import { entry, inCohort, OTHER_USER, score, step, USER } from './rows.js';

const ENTRY = "'01900000-0000-7000-8000-00000000000c'";

export const leaderboards: ConstraintCase[] = [
  ...[["' '"], ["repeat('x', 101)"]].flatMap(([cohort = '']) => [
    {
      object: 'points_entries_cohort_check',
      refused: entry({ cohort }),
      allowed: entry({ cohort: "'league-7'" }),
    },
    { object: 'leaderboard_cohorts_cohort_check', refused: inCohort({ cohort }), allowed: inCohort() },
  ]),
  {
    object: 'points_entries_reversal_rule',
    given: entry({ id: ENTRY, cohort: "'league-7'" }),
    refused: entry({ reverses_id: ENTRY, points: '-5', cohort: "'league-8'" }),
    allowed: entry({ reverses_id: ENTRY, points: '-5', cohort: "'league-7'" }),
  },
  {
    object: 'leaderboard_scores_starts_on_check',
    refused: score({ starts_on: "'2026-09-29'" }),
    allowed: score(),
  },
  {
    object: 'leaderboard_scores_starts_on_check',
    refused: score({ period: "'MONTH'", starts_on: "'2026-09-28'" }),
    allowed: score({ period: "'MONTH'", starts_on: "'2026-09-01'" }),
  },
  {
    object: 'leaderboard_scores_starts_on_check',
    refused: score({ period: "'ALL_TIME'" }),
    allowed: score({ period: "'ALL_TIME'", starts_on: "'1970-01-01'" }),
  },
  {
    object: 'leaderboard_steps_level_check',
    refused: step({ level: '6' }),
    allowed: step({ level: '5' }),
  },
  {
    object: 'leaderboard_changes_entry_id_fkey',
    given: entry({ id: ENTRY, points: '0' }),
    refused: 'INSERT INTO leaderboard_changes (entry_id) VALUES (gen_random_uuid())',
    allowed: `INSERT INTO leaderboard_changes (entry_id) VALUES (${ENTRY})`,
  },
];

const stepsOf = (points: number) =>
  `(SELECT coalesce(sum(users), 0) FROM leaderboard_steps WHERE period = 'WEEK' AND level = 0 AND bucket = ${points})`;

export const leaderboardEffects: TriggerEffect[] = [
  {
    trigger: 'points_entries_noted',
    write: entry({ id: ENTRY }) + entry({ points: '0' }),
    shows: `SELECT count(*) = 1 AND every(entry_id = ${ENTRY}) FROM leaderboard_changes`,
  },
  {
    trigger: 'leaderboard_scores_added',
    write: score() + score({ user_id: OTHER_USER }),
    shows: `SELECT ${stepsOf(5)} = 2`,
  },
  {
    trigger: 'leaderboard_scores_changed',
    given: score() + score({ user_id: OTHER_USER }),
    write: `UPDATE leaderboard_scores SET points = 7 WHERE user_id = ${USER}`,
    shows: `SELECT ${stepsOf(5)} = 1 AND ${stepsOf(7)} = 1`,
  },
  {
    trigger: 'leaderboard_scores_removed',
    given: score() + score({ user_id: OTHER_USER }),
    write: `DELETE FROM leaderboard_scores WHERE user_id = ${USER}`,
    shows: `SELECT ${stepsOf(5)} = 1`,
  },
];
