import type { ErasureReport, UserId } from '@codezest/db-types';
import {
  type Client,
  listOpenErasures,
  readErasure,
  recordErasureReport,
  requestErasure,
} from '../../src/index.js';

/** Closes the account. The request goes to every service. */
export const askToBeForgotten = (client: Client, userId: UserId) => requestErasure(client, userId);

/** Whether that was the last service. */
export const hear = async (client: Client, report: ErasureReport) =>
  (await recordErasureReport(client, report)).missing.length === 0;

/** For an alarm. */
export const overdue = (client: Client) => listOpenErasures(client, { overdue: true });

/** What each service has erased, and when. */
export const certificate = (client: Client, { requestId }: ErasureReport) => readErasure(client, requestId);
