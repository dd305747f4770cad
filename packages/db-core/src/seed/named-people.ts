import type { SubscriptionPlan, UserRole } from '@codezest/db-types';
import type { Persona } from './persona.js';

/** Somebody whom examples and the documents can name. They are the first of the cast in every size. */
export interface NamedPerson {
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: UserRole;
  readonly plan: SubscriptionPlan;
  readonly country: string;
  readonly joinedOnDay: number;
  readonly persona: Persona;
}

function named(
  [username, firstName, lastName, country]: [
    username: string,
    firstName: string,
    lastName: string,
    country: string,
  ],
  role: UserRole,
  plan: SubscriptionPlan,
  joinedOnDay: number,
  persona: Persona,
): NamedPerson {
  return { username, firstName, lastName, country, role, plan, joinedOnDay, persona };
}

export const namedPeople: readonly NamedPerson[] = [
  named(['ada', 'Ada', 'Okafor', 'NG'], 'ADMIN', 'FREE', 0, 'staff'),
  named(['ines', 'Inès', 'Fontaine', 'FR'], 'INSTRUCTOR', 'FREE', 0, 'staff'),
  named(['kenji', 'Kenji', 'Mori', 'JP'], 'INSTRUCTOR', 'FREE', 1, 'staff'),
  named(['sam', 'Sam', 'Walker', 'US'], 'STUDENT', 'PRO', 2, 'steady'),
  named(['priya', 'Priya', 'Nair', 'IN'], 'STUDENT', 'PRO', 4, 'intense'),
  named(['jonas', 'Jonas', 'Vogel', 'DE'], 'STUDENT', 'ENTERPRISE', 9, 'intense'),
  named(['zofia', 'Zofia', 'Wrona', 'PL'], 'STUDENT', 'FREE', 20, 'casual'),
  named(['thiago', 'Thiago', 'Lima', 'BR'], 'STUDENT', 'FREE', 41, 'explorer'),
];
