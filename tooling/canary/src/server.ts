import { readFileSync } from 'node:fs';
import { startThrowawayServer } from '@codezest/local-databases';
import type { Evidence } from './search.js';

export interface TalkativeServer {
  readonly url: string;
  log(): Evidence;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL that logs whatever it can be told to log, parameters included: what keeps values out of its log must be the
 * settings that the roles bring along.
 */
export async function startTalkativeServer(): Promise<TalkativeServer> {
  const { url, logFile, stop } = await startThrowawayServer({
    settings: {
      log_min_messages: 'debug1',
      log_min_error_statement: 'debug1',
      log_statement: 'all',
      log_min_duration_statement: '0',
      log_parameter_max_length: '-1',
      log_parameter_max_length_on_error: '-1',
      log_error_verbosity: 'verbose',
      log_lock_waits: 'on',
      deadlock_timeout: '10ms',
    },
  });
  return { url, stop, log: () => ({ place: 'server log', text: readFileSync(logFile, 'utf8') }) };
}
