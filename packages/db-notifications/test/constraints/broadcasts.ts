import type { ConstraintCase } from '@codezest/constraint-tests';
import { broadcast, CREATED, dailySend, EARLIER, givenType, LATER, type } from './rows.js';

const violated = (
  object: string,
  refused: Record<string, string>,
  allowed: Record<string, string>,
): ConstraintCase => ({
  object,
  given: givenType,
  refused: broadcast(refused),
  allowed: broadcast(allowed),
});

export const broadcasts: ConstraintCase[] = [
  violated('broadcasts_type_id_fkey', { type_id: 'gen_random_uuid()' }, {}),
  {
    object: 'broadcasts_type_id_fkey',
    given: givenType + broadcast() + type({ slug: "'unused'" }),
    refused: "DELETE FROM notification_types WHERE slug = 'graded'",
    allowed: "DELETE FROM notification_types WHERE slug = 'unused'",
  },
  violated('broadcasts_title_not_blank_check', { title: "' '" }, { title: "'.'" }),
  violated('broadcasts_message_not_blank_check', { message: "''" }, { message: "'.'" }),
  violated('broadcasts_data_object_check', { data: "'[1]'" }, { data: "'{}'" }),
  ...["'javascript:alert(1)'", "'//evil.example/news'", "'/news/a b'", "'/' || repeat('n', 2048)"].map(
    (action_url) => violated('broadcasts_action_url_check', { action_url }, { action_url: "'/news'" }),
  ),
  violated('broadcasts_progress_check', { examined: '1', told: '2' }, { examined: '2', told: '2' }),
  violated('broadcasts_progress_check', { total: '-1' }, { total: '0' }),
  violated('broadcasts_one_state_check', { paused_at: LATER, canceled_at: LATER }, { canceled_at: LATER }),
  violated(
    'broadcasts_one_state_check',
    { completed_at: LATER, canceled_at: LATER },
    { completed_at: LATER },
  ),
  violated('broadcasts_after_created_check', { paused_at: EARLIER }, { paused_at: CREATED }),
  {
    object: 'daily_sends_granted_check',
    refused: dailySend({ granted: '3' }),
    allowed: dailySend({ granted: '2' }) + dailySend({ channel: "'SMS'", granted: '0' }),
  },
];
