import { describe, expectTypeOf, it } from 'vitest';
import type {
  Activity,
  ActivityMetadata,
  ActivityType,
  EntitlementSnapshot,
  ErasureReport,
  ErasureRequest,
  JsonObject,
  NotificationRequest,
} from '../index.js';

describe('JSON shapes', () => {
  it('hold only what JSON can carry', () => {
    expectTypeOf<ActivityMetadata>().toExtend<JsonObject>();
    expectTypeOf<EntitlementSnapshot>().toExtend<JsonObject>();
    expectTypeOf<ErasureRequest>().toExtend<JsonObject>();
    expectTypeOf<ErasureReport>().toExtend<JsonObject>();
    expectTypeOf<Required<NotificationRequest>>().toExtend<JsonObject>();
  });

  it('tie the metadata of an activity to its type', () => {
    expectTypeOf<Activity['type']>().toEqualTypeOf<ActivityType>();
    expectTypeOf<ActivityMetadata<'BADGE_EARNED'>>().toEqualTypeOf<{ badge: string }>();
    expectTypeOf<{ type: 'BADGE_EARNED'; metadata: { score: number } }>().not.toExtend<Activity>();
  });
});
