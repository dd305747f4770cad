import { eventContracts, type Service } from '@codezest/db-types';

/** From one database into another. */
export interface Route {
  readonly from: Service;
  readonly to: Service;
}

/** Every pair of services between which events go, as the contracts say. */
export function routes(): Route[] {
  const pairs = new Map<string, Route>();
  for (const { producer, consumers } of eventContracts)
    for (const consumer of consumers) pairs.set(`${producer} ${consumer}`, { from: producer, to: consumer });
  return [...pairs.values()];
}
