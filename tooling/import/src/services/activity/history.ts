import { ActivityType } from '@codezest/db-types';
import { uuidOfTime } from '../../engine/ids.js';
import { Refusal, type Step } from '../../engine/step.js';
import { millisecondsOf } from '../../values/times.js';
import type { Values } from '../../values/values.js';
import { plainStep } from '../plain-step.js';

const ACTIVITIES = 'activity.user_activities';
const EVENTS = 'activity.analytics_events';

const ALSO = {
  REGISTERED: 'USER_JOINED',
  USER_REGISTERED: 'USER_JOINED',
  ENROLLED: 'LANGUAGE_ENROLLED',
  COURSE_ENROLLED: 'LANGUAGE_ENROLLED',
  LESSON_COMPLETED: 'MATERIAL_COMPLETED',
  SUBMISSION_CREATED: 'ASSIGNMENT_SUBMITTED',
  QUIZ_PASSED: 'QUIZ_COMPLETED',
  CERTIFICATE_ISSUED: 'CERTIFICATE_EARNED',
};

/** Ids hold the time of the row, so that the feed keeps its order. Rows never change. */
function historyStep(
  table: string,
  from: string,
  columns: (values: Values) => Record<string, unknown>,
): Step {
  return plainStep(
    table,
    from,
    (values) => {
      const createdAt = values.time('createdAt') ?? '';
      return {
        id: uuidOfTime(from, values.text('id') ?? '', millisecondsOf(createdAt)),
        user_id: values.id('userId', 'auth.users'),
        ...columns(values),
        created_at: createdAt,
      } as never;
    },
    { targets: [{ table, key: ['created_at', 'id'], appendOnly: true }] },
  );
}

export const activities = historyStep('user_activities', ACTIVITIES, (values) => {
  const type = values.member('type', Object.values(ActivityType), ALSO);
  if (type === null) throw new Refusal('activity_type_unknown');
  return { type, description: values.text('description'), metadata: values.object('metadata') };
});

/** Names are lower case words, joined by `_` and `.`. */
export const analyticsEvents = historyStep('analytics_events', EVENTS, (values) => {
  const given = values.text('eventName') ?? '';
  const name = given
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '_')
    .replace(/^[^a-z]+|[_.]+$/g, '')
    .slice(0, 100);
  if (name !== given) values.changed('eventName', 'lower case words joined by _ and .');
  return { event_name: name, properties: values.object('properties') };
});
