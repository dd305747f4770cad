import type { Service } from '@codezest/db-types';
import type { Database } from './deliver-batch.js';

/** What waits in one outbox for one consumer. */
export interface OutboxState {
  readonly from: Service;
  readonly to: Service;
  /** Not delivered yet. */
  readonly open: number;
  /** Given up; `redrive` takes them up again. */
  readonly dead: number;
  /** When the oldest open event was told. */
  readonly oldest: Date | null;
}

interface StateRow {
  readonly consumer: Service;
  readonly open: string;
  readonly dead: string;
  readonly oldest: Date | null;
}

export async function stateOf(from: Service, outbox: Database): Promise<OutboxState[]> {
  const { rows } = await outbox.query('SELECT consumer, open, dead, oldest FROM rules.outbox_state()', []);
  return (rows as StateRow[]).map(({ consumer, open, dead, oldest }) => ({
    from,
    to: consumer,
    open: Number(open),
    dead: Number(dead),
    oldest,
  }));
}

export async function redriveOf(outbox: Database, consumer: Service): Promise<number> {
  const { rows } = await outbox.query('SELECT rules.redrive_outbox($1) AS redriven', [consumer]);
  return Number((rows[0] as { redriven: string }).redriven);
}

/** The states in the text format of Prometheus. */
export function metricsOf(states: readonly OutboxState[], now = new Date()): string {
  const metric = (name: string, help: string, value: (state: OutboxState) => number): string =>
    [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      ...states.map((state) => `${name}{from="${state.from}",to="${state.to}"} ${value(state)}`),
    ].join('\n');
  return [
    metric('codezest_events_open', 'Events that are not delivered yet.', ({ open }) => open),
    metric('codezest_events_dead', 'Events that were given up.', ({ dead }) => dead),
    metric('codezest_events_lag_seconds', 'Age of the oldest event that is not delivered.', ({ oldest }) =>
      oldest === null ? 0 : Math.max(0, (now.getTime() - oldest.getTime()) / 1_000),
    ),
  ].join('\n');
}
