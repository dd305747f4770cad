// The shapes of this database's JSON columns. Aliases, not interfaces: only an alias is assignable to Prisma's
// `InputJsonValue`.
import type { JsonObject } from '@codezest/db-types';

/** What the templates of a notification fill in, by name. No secrets: devices and mail providers see it. */
export type NotificationData = JsonObject;
