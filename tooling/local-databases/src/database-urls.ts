import { type DevelopmentOptions, startDevelopmentServer } from './development-server.js';
import { forEachService, SERVICES, type Service, urlVariable } from './services.js';

export interface DatabaseUrls {
  readonly urls: Readonly<Record<Service, string>>;
  readonly notices: readonly string[];
}

/**
 * A URL for each service: the one in its `*_DATABASE_URL` where that is set, else that of the local server, which is
 * started if it has to be. With all five set nothing is started and nothing touched.
 */
export async function localDatabaseUrls(
  options: DevelopmentOptions = {},
  environment: NodeJS.ProcessEnv = process.env,
): Promise<DatabaseUrls> {
  const named = (service: Service) => environment[urlVariable(service)] || undefined;
  if (SERVICES.every(named)) return { urls: forEachService((service) => named(service) ?? ''), notices: [] };

  const { urls, notices } = await startDevelopmentServer(options);
  return { urls: forEachService((service) => named(service) ?? urls[service]), notices };
}
