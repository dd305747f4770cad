import type { ServiceImport } from '../../engine/step.js';
import { devices } from './devices.js';
import { emailLogs } from './email-logs.js';
import { notifications, settings, types, typesInWords } from './notifications.js';
import { preferences, recipients } from './people.js';

export const notificationsImport: ServiceImport = {
  service: 'notifications',
  steps: async (source) => [
    recipients,
    preferences,
    types,
    settings,
    // Only the first schema has the word.
    ...(source.tables.get('notifications.notifications')?.has('type') ? [typesInWords] : []),
    notifications,
    devices,
    emailLogs,
  ],
};
