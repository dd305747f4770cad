import { userContactChanged, userDeleted, userRegistered } from './auth.js';
import type { EventContract } from './contract.js';
import { certificateIssued, moduleCompleted, submissionGraded } from './learning.js';
import { entitlementChanged } from './payments.js';

/**
 * Every event that crosses a service border, one entry per type and version. An event is here when a service tells it and
 * another one acts on it. Released entries change in ways that both sides survive, or get a successor of the next
 * version beside them; a check compares them with those of the last release.
 */
export const eventContracts = [
  userRegistered,
  userContactChanged,
  userDeleted,
  moduleCompleted,
  submissionGraded,
  certificateIssued,
  entitlementChanged,
] as const;

export type KnownContract = (typeof eventContracts)[number];
export type EventType = KnownContract['type'];

/** The contract of a type and version, or undefined where this release knows none. */
export function contractOf(type: string, version: number): EventContract | undefined {
  return eventContracts.find((entry) => entry.type === type && entry.version === version);
}
