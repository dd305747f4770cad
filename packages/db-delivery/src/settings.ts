import type { Service } from '@codezest/db-types';
import { routes } from './routes.js';

/** The databases that events are taken from, and those that they are brought to, by URL. */
export interface Databases {
  /** As the role <service>_outbox_relay. */
  readonly outboxes: Partial<Readonly<Record<Service, string>>>;
  /** As the role <service>_inbox_writer. */
  readonly inboxes: Partial<Readonly<Record<Service, string>>>;
}

const producers = [...new Set(routes().map(({ from }) => from))].sort();
const consumers = [...new Set(routes().map(({ to }) => to))].sort();

const outboxVariable = (service: Service): string => `${service.toUpperCase()}_OUTBOX_DATABASE_URL`;
const inboxVariable = (service: Service): string => `${service.toUpperCase()}_INBOX_DATABASE_URL`;

/** The variables that `databasesFrom` reads. */
export const urlVariables: readonly string[] = [
  ...producers.map(outboxVariable),
  ...consumers.map(inboxVariable),
];

/** What the environment names. A service whose variable is not set is left out, and its events wait. */
export function databasesFrom(env: Readonly<Record<string, string | undefined>>): Databases {
  const named = (services: readonly Service[], variable: (service: Service) => string) =>
    Object.fromEntries(
      services.flatMap((service) => {
        const url = env[variable(service)]?.trim();
        return url ? [[service, url] as const] : [];
      }),
    );
  return { outboxes: named(producers, outboxVariable), inboxes: named(consumers, inboxVariable) };
}
