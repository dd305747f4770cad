import { UserRole } from '../enums/user-role.js';
import type { UserId } from '../ids/auth.js';
import type { EmailAddress } from '../values/email-address.js';
import { contract } from './contract.js';
import { anyText, boolean, object, oneOf, orNull, text, uuid } from './json-schema.js';

/** There is a new account. Says nothing that identifies a person to a service that does not write to them. */
export const userRegistered = /* @__PURE__ */ contract({
  type: 'user.registered',
  version: 1,
  aggregateType: 'auth.user',
  producer: 'auth',
  consumers: ['payments', 'activity'],
  payload: /* @__PURE__ */ object(
    {
      userId: /* @__PURE__ */ uuid<UserId>(),
      role: /* @__PURE__ */ oneOf<UserRole>(UserRole),
    },
    {
      /** Told again because a consumer lacked something of the account, which is not new. */
      again: /* @__PURE__ */ boolean(),
    },
  ),
});

/**
 * How a person is reached and addressed, at the registration and after each change of it. Always all of it, so that the
 * event of the highest version is enough.
 */
export const userContactChanged = /* @__PURE__ */ contract({
  type: 'user.contact_changed',
  version: 1,
  aggregateType: 'auth.user',
  producer: 'auth',
  consumers: ['notifications'],
  payload: /* @__PURE__ */ object({
    userId: /* @__PURE__ */ uuid<UserId>(),
    email: /* @__PURE__ */ text<EmailAddress>(),
    firstName: /* @__PURE__ */ anyText(),
    lastName: /* @__PURE__ */ anyText(),
    /** As the person wrote it. */
    phone: /* @__PURE__ */ orNull(/* @__PURE__ */ text()),
    timeZone: /* @__PURE__ */ orNull(/* @__PURE__ */ text()),
  }),
});

/** The account is gone, whoever deleted it and however. Nothing that is told of this user later counts. */
export const userDeleted = /* @__PURE__ */ contract({
  type: 'user.deleted',
  version: 1,
  aggregateType: 'auth.user',
  producer: 'auth',
  consumers: ['learning', 'payments', 'notifications', 'activity'],
  final: true,
  payload: /* @__PURE__ */ object({ userId: /* @__PURE__ */ uuid<UserId>() }),
});
