import { derivedUuid, uuidOf } from '../../engine/ids.js';
import type { Source } from '../../engine/opened-source.js';
import type { Along, Step } from '../../engine/step.js';
import { later } from '../../values/times.js';
import { plainStep } from '../plain-step.js';

const userOf = 'auth.users';

export const enrollments = plainStep('language_enrollments', 'learning.language_enrollments', (values) => {
  const enrolledAt = values.time('enrolledAt') ?? '';
  const isCompleted = values.text('status') === 'COMPLETED';
  if (!isCompleted && values.time('completedAt') !== null)
    values.lost('completedAt', 'the enrolment is not completed');
  return {
    id: values.id('id', 'learning.language_enrollments'),
    user_id: values.id('userId', userOf),
    language_id: values.id('languageId', 'learning.programming_languages'),
    status: values.text('status'),
    enrolled_at: enrolledAt,
    completed_at: isCompleted ? later(values.time('completedAt'), enrolledAt) : null,
    created_at: enrolledAt,
    updated_at: later(values.time('completedAt'), enrolledAt),
  };
});

export const moduleProgress = plainStep('module_progress', 'learning.module_progress', (values) => {
  const status = values.text('status');
  const lastAccessedAt = values.time('lastAccessedAt') ?? '';
  const startedAt = status === 'NOT_STARTED' ? null : (values.time('startedAt') ?? lastAccessedAt);
  const isCompleted = status === 'COMPLETED';
  return {
    id: values.id('id', 'learning.module_progress'),
    user_id: values.id('userId', userOf),
    module_id: values.id('moduleId', 'learning.modules'),
    status,
    progress_percent: isCompleted ? 100 : (values.within('progressPercent', 0, 100) ?? 0),
    started_at: startedAt,
    completed_at: isCompleted
      ? later(values.time('completedAt') ?? lastAccessedAt, startedAt ?? lastAccessedAt)
      : null,
    last_accessed_at: lastAccessedAt,
    created_at: startedAt ?? lastAccessedAt,
    updated_at: lastAccessedAt,
  };
});

export const materialProgress = plainStep('material_progress', 'learning.material_progress', (values) => {
  const lastViewedAt = values.time('lastViewedAt');
  const completed = values.flag('completed');
  return {
    id: values.id('id', 'learning.material_progress'),
    user_id: values.id('userId', userOf),
    material_id: values.id('materialId', 'learning.materials'),
    completed,
    view_count: values.atLeast('viewCount', 0),
    last_viewed_at: lastViewedAt,
    completed_at: completed ? (values.time('completedAt') ?? lastViewedAt) : null,
    created_at: lastViewedAt,
    updated_at: lastViewedAt,
  };
});

const studied: readonly Along[] = [
  'learning.material_progress',
  'learning.module_progress',
  'learning.assignment_submissions',
  'learning.mcq_attempts',
  'learning.language_enrollments',
  'learning.certificates',
].map((from) => ({ from, by: 'userId' }));

/** The totals that stood in the profile are computed from what there is. */
export function learnerStats(source: Source): Step {
  const tables = studied.filter(({ from }) => source.tables.has(from));
  return {
    name: 'learner_stats',
    from: userOf,
    changedBy: tables,
    facts: {
      hasStudied: tables
        .map(({ from }) => `EXISTS (SELECT FROM "${from}" a WHERE a."userId" = t."id")`)
        .join(' OR '),
    },
    targets: [{ table: 'learner_stats', key: ['user_id'], set: { id: 't.id' }, incomparable: ['id'] }],
    convert(row) {
      const user = uuidOf(userOf, String(row.id));
      return {
        learner_stats:
          row.hasStudied === true ? [{ id: derivedUuid('learning.learner_stats', user), user_id: user }] : [],
      };
    },
    afterwards: {
      rows: 'learner_stats',
      sql: `SELECT count(*) FROM jsonb_to_recordset($1::jsonb) AS g(user_id uuid), LATERAL rules.recompute_learner_stats(g.user_id)`,
    },
  };
}
