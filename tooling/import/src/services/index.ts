import type { ServiceImport } from '../engine/step.js';
import { activity } from './activity/index.js';
import { auth } from './auth/index.js';
import { learning } from './learning/index.js';
import { notificationsImport } from './notifications/index.js';
import { payments } from './payments/index.js';

export const serviceImports: readonly ServiceImport[] = [
  auth,
  learning,
  payments,
  notificationsImport,
  activity,
];
