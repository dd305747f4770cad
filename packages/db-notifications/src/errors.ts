export * from '@codezest/db-core/errors';
