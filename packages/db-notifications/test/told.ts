import { toldEvent } from '@codezest/db-core/testing';
import type { CodezestEvent, EmailAddress, EventPayload, UserId } from '@codezest/db-types';
import { newUser } from './fixtures.js';

export const contactChanged = (
  values: Partial<EventPayload<'user.contact_changed'>> = {},
  version = 1,
): CodezestEvent<'user.contact_changed'> =>
  toldEvent(
    'user.contact_changed',
    {
      userId: newUser(),
      email: 'ada@example.com' as EmailAddress,
      firstName: 'Ada',
      lastName: 'Okafor',
      phone: null,
      timeZone: null,
      ...values,
    },
    version,
  );

export const userDeleted = (userId: UserId, version = 9): CodezestEvent<'user.deleted'> =>
  toldEvent('user.deleted', { userId }, version);
