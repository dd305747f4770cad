import type { Service } from '@codezest/db-types';
import type { Client } from 'pg';
import { openSource } from '../engine/source.js';
import type { Keys, ServiceImport } from '../engine/step.js';
import { openTarget } from '../engine/target.js';
import { type ReferenceVerification, verifyReferences } from './verify-references.js';
import { differences, type TableVerification, verifyService } from './verify-service.js';

export interface Verification {
  readonly services: readonly { readonly service: Service; readonly tables: readonly TableVerification[] }[];
  readonly references: readonly ReferenceVerification[];
  readonly isEqual: boolean;
}

/** Compares each row of the source with what is stored, and ids across the databases. */
export async function verify(options: {
  readonly sourceUrl: string;
  readonly targets: readonly { readonly into: ServiceImport; readonly url: string }[];
  readonly keys: Keys;
}): Promise<Verification> {
  const clients = new Map<Service, Client>();
  try {
    const services = await Promise.all(
      options.targets.map(async ({ into, url }) => {
        const source = await openSource(options.sourceUrl);
        try {
          const client = await openTarget(into.service, url);
          clients.set(into.service, client);
          return {
            service: into.service,
            tables: await verifyService({ source, client, keys: options.keys }, into),
          };
        } finally {
          await source.close();
        }
      }),
    );
    const references = await verifyReferences(clients);
    return {
      services,
      references,
      isEqual:
        services.every(({ tables }) => differences(tables).length === 0) &&
        references.every(({ dangling }) => dangling === 0),
    };
  } finally {
    for (const client of clients.values()) await client.end();
  }
}
