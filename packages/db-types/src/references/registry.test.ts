import { describe, expect, it } from 'vitest';
import { crossServiceReferences, services } from '../index.js';

describe('cross-service references', () => {
  it('name each column once', () => {
    const columns = crossServiceReferences.map(({ service, store, table, column }) =>
      [service, store, table, column].join('.'),
    );

    expect(columns.length).toBeGreaterThan(20);
    expect(new Set(columns).size).toBe(columns.length);
  });

  it('cross a border: none refers to its own service', () => {
    for (const { service, refersTo } of crossServiceReferences) {
      const [owner, entity] = refersTo.split('.');

      expect(services).toContain(owner);
      expect(owner).not.toBe(service);
      expect(entity).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
    }
  });

  it('say why', () => {
    for (const { reason } of crossServiceReferences) expect(reason).toMatch(/^[A-Z].{15,}\.$/);
  });

  it('cover every service that holds users of auth', () => {
    const holders = new Set(crossServiceReferences.map(({ service }) => service));

    expect([...holders].sort()).toEqual(services.filter((service) => service !== 'auth').sort());
  });
});
