import type { SubscriptionPlan, UserId, UserRole } from '@codezest/db-types';
import { type NamedPerson, namedPeople } from './named-people.js';
import type { Persona } from './persona.js';
import { type Place, places } from './places.js';
import { Random } from './random.js';
import { seedId } from './seed-id.js';
import { after, DAY, HOUR, SEED_NOW, SEED_START } from './seed-time.js';
import { peopleCount, type SeedSize } from './size.js';

export interface Goals {
  readonly reason: 'CAREER_CHANGE' | 'SKILL_UP' | 'STUDIES' | 'HOBBY' | 'OWN_PROJECT';
  readonly targetRole: string;
  readonly weeklyHours: number;
}

/** A member of the cast that all five databases share. */
export interface Person {
  /** Position in the cast, from 0. The same person in every size. */
  readonly index: number;
  readonly id: UserId;
  readonly firstName: string;
  readonly lastName: string;
  /** Lower case letters, digits and underscores; unique. */
  readonly username: string;
  /** Unique, and of a domain that can never receive mail. */
  readonly email: string;
  readonly role: UserRole;
  readonly joinedAt: Date;
  readonly timezone: string;
  readonly locale: string;
  readonly country: string;
  readonly city: string;
  /** The plan at `SEED_NOW`. */
  readonly plan: SubscriptionPlan;
  /** When the paid plan began; null on FREE. */
  readonly paidSince: Date | null;
  readonly goals: Goals;
  readonly persona: Persona;
}

/** Everybody of a size, one after the other: the large cast never stands in memory as a whole. */
export function* people(size: SeedSize): Generator<Person, void, undefined> {
  for (let index = 0; index < peopleCount[size]; index += 1) yield personAt(index);
}

/** A person by position: pure, so that any service makes the same one without reading another's database. */
export function personAt(index: number): Person {
  const random = new Random('person', index);
  const named: NamedPerson | undefined = namedPeople[index];
  const home = named ? placeIn(named.country) : random.pick(places);
  const firstName = named?.firstName ?? random.pick(home.firstNames);
  const lastName = named?.lastName ?? random.pick(home.lastNames);
  const handle = `${plain(firstName)}_${plain(lastName)}${index}`;
  // The platform grows: later weeks bring more people than early ones.
  const joinedAt = named ? after(SEED_START, named.joinedOnDay * DAY + 9 * HOUR) : growingMoment(random);
  const role = named?.role ?? random.weighted({ STUDENT: 955, INSTRUCTOR: 40, ADMIN: 5 });
  const persona = named?.persona ?? (role === 'STUDENT' ? random.weighted(personas) : 'staff');
  const plan = named?.plan ?? (persona === 'staff' ? 'FREE' : random.weighted(plans[persona]));
  const paidAfter = random.between(0, Math.min(30 * DAY, SEED_NOW.getTime() - joinedAt.getTime()));

  return {
    index,
    id: seedId('User', index, joinedAt),
    firstName,
    lastName,
    username: named?.username ?? handle,
    email: `${named?.username ?? handle.replace('_', '.')}@${named ? 'codezest.test' : random.pick(mailDomains)}`,
    role,
    joinedAt,
    timezone: home.timezone,
    locale: home.locale,
    country: home.country,
    city: home.city,
    plan,
    paidSince: plan === 'FREE' ? null : after(joinedAt, paidAfter),
    goals: {
      reason: random.weighted({ CAREER_CHANGE: 30, SKILL_UP: 30, STUDIES: 15, HOBBY: 15, OWN_PROJECT: 10 }),
      targetRole: random.pick(targetRoles),
      weeklyHours: random.int(2, persona === 'intense' ? 20 : 8),
    },
    persona,
  };
}

const personas = { explorer: 25, casual: 40, steady: 25, intense: 10 };

const plans: Readonly<Record<Exclude<Persona, 'staff'>, Record<SubscriptionPlan, number>>> = {
  explorer: { FREE: 97, PRO: 3, ENTERPRISE: 0 },
  casual: { FREE: 80, PRO: 17, ENTERPRISE: 3 },
  steady: { FREE: 50, PRO: 43, ENTERPRISE: 7 },
  intense: { FREE: 20, PRO: 65, ENTERPRISE: 15 },
};

/** Reserved by RFC 2606: a seeded address can never reach anybody. */
const mailDomains = ['example.com', 'mail.test', 'campus.test', 'work.test'];

const targetRoles = [
  'Backend developer',
  'Frontend developer',
  'Data analyst',
  'Data engineer',
  'Full-stack developer',
  'DevOps engineer',
  'Machine learning engineer',
  'Systems programmer',
];

function placeIn(country: string): Place {
  const found = places.find((candidate) => candidate.country === country);
  if (!found) throw new RangeError(`No place in ${country}.`);
  return found;
}

/** Dense towards the end. Of square roots alone: powers may differ in their last digit between versions of V8. */
function growingMoment(random: Random): Date {
  const span = SEED_NOW.getTime() - SEED_START.getTime() - 2 * DAY;
  const share = random.next();
  return after(SEED_START, DAY + span * ((share + Math.sqrt(share)) / 2));
}

/** Without accents and in lower case; what has no accent form (ł) is spelled out. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/ł/gi, 'l')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}
