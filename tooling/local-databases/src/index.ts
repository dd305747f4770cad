export { type DatabaseUrls, localDatabaseUrls } from './database-urls.js';
export {
  type DevelopmentOptions,
  type DevelopmentServer,
  developmentServerStatus,
  resetDevelopmentServer,
  type StartedServer,
  startDevelopmentServer,
  stopDevelopmentServer,
} from './development-server.js';
export { LOCAL_DATABASE_ERROR_CODES, LocalDatabaseError, type LocalDatabaseErrorCode } from './errors.js';
export { databaseName, SERVICES, type Service, urlVariable } from './services.js';
export { startThrowawayServer, type ThrowawayOptions, type ThrowawayServer } from './throwaway-server.js';
