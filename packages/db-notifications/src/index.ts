import './prisma-types.js';

// Prisma's models, enums and the `Prisma` namespace. Our own PrismaClient below takes the place of the generated one.
export * from '../generated/client.js';
export {
  type Client,
  type ClientOptions,
  connect,
  createClient,
  disconnect,
  healthCheck,
  PrismaClient,
  type PrismaClientConstructor,
  prisma,
  type TransactionClient,
} from './client.js';
export { effectiveChannels } from './effective-channels.js';
export * from './errors.js';
export type * from './json-types.js';
