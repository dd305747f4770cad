/** The five services, each with a database and a variable of its own. */
export const SERVICES = ['auth', 'learning', 'payments', 'notifications', 'activity'] as const;

export type Service = (typeof SERVICES)[number];

export function databaseName(service: Service): string {
  return `codezest_${service}`;
}

export function urlVariable(service: Service): string {
  return `${service.toUpperCase()}_DATABASE_URL`;
}

/** A value for every service. */
export function forEachService<T>(value: (service: Service) => T): Record<Service, T> {
  return Object.fromEntries(SERVICES.map((service) => [service, value(service)])) as Record<Service, T>;
}
