export { LOCAL_DATABASE_ERROR_CODES, LocalDatabaseError, type LocalDatabaseErrorCode } from './errors.js';
export { startThrowawayServer, type ThrowawayOptions, type ThrowawayServer } from './throwaway-server.js';
