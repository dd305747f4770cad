import type { ServiceImport } from '../../engine/step.js';
import { engagement } from './engagement.js';
import { activities, analyticsEvents } from './history.js';

export const activity: ServiceImport = {
  service: 'activity',
  steps: async () => [engagement, activities, analyticsEvents],
};
