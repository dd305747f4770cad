import { randomBytes } from 'node:crypto';
import { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rolledBack } from '../case.js';
import { reportMutation } from '../report.js';
import { type Attack, attack, attacksOn, disarmedAttack, lacksRight, usualAttacks } from './attacks.js';
import { mutantOf, type Right, rightsAsText, rightsOf } from './rights.js';
import { secretColumnsOf } from './secret-columns.js';
import { asDeputy, dropStranger, grantsByAdministrator, grantsTo, stateOf } from './strangers.js';
import {
  type ApplyRoles,
  applyTestRoles,
  type DatabaseWithRoles,
  type Definition,
  databaseUrl,
  dropDatabase,
  dropRoles,
  loginRoleKinds,
  type RoleNames,
  withClient,
} from './test-roles.js';

export interface DescribeRolesOptions<Roles extends Definition> {
  /** A migrated database; its roles can go only after it, so it is made and dropped here. */
  createDatabase: () => Promise<{ name: string; url: string; drop(): Promise<void> }>;
  applyRoles: ApplyRoles<Roles>;
  /** The runner, as a deploy starts it. */
  migrate: (target: { url: string; migrationsDirectory: string; service: string }) => Promise<unknown>;
  definition: Roles;
  /** Any ordinary table of the service. */
  table: string;
  /** What only this service has to fear. */
  attacks?: (names: RoleNames) => Attack[];
}

const rightsChanged = (service: string): string =>
  `Who may do what has changed. Read the difference, and if it is meant, run: pnpm --filter @codezest/db-${service} exec vitest run test/roles.test.ts --update`;

/** The fewest statements that a service's roles must have been tried with. */
const FEWEST_ATTACKS = 15;

/**
 * The roles of a service as the command makes them: every right compared with `roles/rights.txt` beside the test, and
 * attacks that they must be refused, each of which succeeds once the right that it lacks is given away.
 */
export function describeRoles<Roles extends Definition>(options: DescribeRolesOptions<Roles>): void {
  const { applyRoles, definition, table } = options;

  describe('roles', () => {
    let drop: () => Promise<void>;
    let own: DatabaseWithRoles;
    let other: DatabaseWithRoles;
    let admin: Client;

    beforeAll(async () => {
      const database = await options.createDatabase();
      drop = () => database.drop();
      own = await applyTestRoles(applyRoles, definition, database.url, database.name);
      other = await applyTestRoles(applyRoles, definition, database.url, siblingOf(database.name));
      admin = new Client({ connectionString: database.url });
      await admin.connect();
    });

    afterAll(async () => {
      await admin?.end();
      await drop?.();
      if (other) await dropDatabase(other.adminUrl, other.database);
      for (const made of [own, other]) if (made) await dropRoles(made.adminUrl, made.names);
    });

    const allAttacks = (): Attack[] => [
      ...usualAttacks(own.names, table, own.database),
      ...attacksOn(definition, own.names),
      ...(options.attacks?.(own.names) ?? []),
    ];

    test('each role has the rights that are written down, and no others', async () => {
      const rights = rightsAsText(await rightsOf(admin, own.names));

      await expect(rights, rightsChanged(definition.service)).toMatchFileSnapshot('roles/rights.txt');
    });

    test('made before the first migration, which the migrator runs, they end with the same rights', async () => {
      const { adminUrl, database, prefix } = other;
      await options.migrate({
        url: other.urlOf('migrator'),
        migrationsDirectory: 'prisma/migrations',
        service: definition.service,
      });
      const meanwhile = await withClient(databaseUrl(adminUrl, database), (client) =>
        rightsOf(client, other.names),
      );
      expect(
        meanwhile.filter(isWrite).map(({ role, object, right }) => `${role}: ${right} ${object}`),
      ).toEqual([]);
      await applyRoles({ definition, adminUrl, database, prefix, passwords: {} });

      const rights = await withClient(databaseUrl(adminUrl, database), (client) =>
        rightsOf(client, other.names),
      );

      await expect(rightsAsText(rights), rightsChanged(definition.service)).toMatchFileSnapshot(
        'roles/rights.txt',
      );
    });

    test('the read-only role is kept from every column that the schema calls secret', () => {
      expect([...definition.secretColumns].sort()).toEqual(secretColumnsOf('prisma/schema'));
    });

    test('applied again, they stay what they are; what was changed by hand is repaired', async () => {
      const before = rightsAsText(await rightsOf(admin, own.names));
      await admin.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC; GRANT ALL ON SCHEMA public TO "${own.names.ro}";
        ALTER TABLE ${table} OWNER TO CURRENT_USER; ALTER ROLE "${own.names.app}" SUPERUSER; GRANT "${own.names.owner}" TO "${own.names.ro}"`);

      await applyRoles({
        definition,
        adminUrl: own.adminUrl,
        database: own.database,
        prefix: own.prefix,
        passwords: {},
      });

      expect(rightsAsText(await rightsOf(admin, own.names))).toBe(before);
    });

    test('what strangers were given and gave on is taken away, whoever granted it', async () => {
      const { database, names, prefix, adminUrl } = own;
      const stranger = `${prefix}_stranger`;
      const administrator = `${prefix}_administrator`;
      const state = () => stateOf(admin, names);
      const before = await state();
      await admin.query(`CREATE ROLE "${stranger}" INHERIT`);
      try {
        await admin.query(grantsTo(stranger, own, table));
        await admin.query(grantsByAdministrator(administrator, names));

        await applyRoles({ definition, adminUrl, database, prefix, passwords: {} });
        // Refused while a membership that it granted is left.
        await admin.query(
          `REVOKE "${names.owner}" FROM "${administrator}" RESTRICT; DROP ROLE "${administrator}"`,
        );

        expect(await state()).toEqual(before);
        // The server refuses to drop a role that still holds anything.
        await expect(admin.query(`DROP ROLE "${stranger}"`)).resolves.toBeDefined();
      } finally {
        for (const role of [administrator, stranger]) await dropStranger(admin, role, names);
      }
    });

    test(`at least ${FEWEST_ATTACKS} attacks are refused for want of a right`, async () => {
      const attacks = allAttacks();
      const outcomes: string[] = [];
      for (const each of attacks) outcomes.push(await attack(each, own));

      expect(attacks.length).toBeGreaterThanOrEqual(FEWEST_ATTACKS);
      expect(
        attacks
          .map((each, n) => `${each.as}: ${each.sql} is ${outcomes[n]}`)
          .filter((_, n) => !lacksRight(outcomes[n] ?? '')),
      ).toEqual([]);
    });

    test('each attack succeeds once its right is given away', async () => {
      const attacks = allAttacks();
      const survivors: string[] = [];
      for (const each of attacks) {
        const outcome = await disarmedAttack(admin, each, own.names);
        if (lacksRight(outcome)) survivors.push(`${each.as}: ${each.sql} is still ${outcome}`);
      }

      reportMutation('attacks', attacks.length, survivors);
      expect(survivors).toEqual([]);
    });

    test('no role enters the database of another service', async () => {
      const doors = loginRoleKinds.flatMap((role) => [
        { role, url: own.urlOf(role, other.database) },
        { role, url: other.urlOf(role, own.database) },
      ]);
      const answers = await Promise.all(doors.map(({ url }) => enter(url)));

      expect(new Set(answers)).toEqual(new Set(['42501']));
    });

    test('roles of others are refused by name, before anything is changed', async () => {
      await asDeputy(admin, own, async (adminUrl) => {
        const { database, names, prefix } = own;
        await admin.query(`ALTER ROLE "${names.ro}" BYPASSRLS`);
        await expect(
          applyRoles({ definition, adminUrl, database, prefix, passwords: {} }),
        ).rejects.toMatchObject({ code: 'ROLES_FOREIGN', roles: expect.arrayContaining([names.ro]) });
        await admin.query(`ALTER ROLE "${names.ro}" NOBYPASSRLS`);
      });
    });

    test('each role enters its own, in UTC and with its limits, and the migrator works as the owner', async () => {
      const sessions = await Promise.all(
        loginRoleKinds.map((role) =>
          withClient(own.urlOf(role), async (client) => {
            const { rows } = await client.query(SESSION);
            return [role, rows[0]];
          }),
        ),
      );

      const usual = { zone: 'UTC', messages: 'C', readOnly: 'off', limited: true };
      const { owner, app, ro, inbox_writer, outbox_relay } = own.names;
      expect(Object.fromEntries(sessions)).toEqual({
        migrator: { ...usual, lock: '3s', statement: '15min', as: owner },
        app: { ...usual, lock: '5s', statement: '15s', as: app },
        ro: { ...usual, lock: '5s', statement: '1min', readOnly: 'on', as: ro },
        inbox_writer: { ...usual, lock: '2s', statement: '5s', as: inbox_writer },
        outbox_relay: { ...usual, lock: '2s', statement: '15s', as: outbox_relay },
      });
    });

    test('each right taken or given shows', { timeout: 120_000 }, async () => {
      const before = await rightsOf(admin, own.names);
      const mutable = before.filter(isWorthTaking);
      const survivors: string[] = [];
      for (const together of batchesOf(mutable)) {
        const mutants = together.map((right) => mutantOf(right, own.names));
        const after = await rolledBack(admin, async () => {
          await admin.query(mutants.join('; '));
          return new Map((await rightsOf(admin, own.names)).map((right) => [keyOf(right), right]));
        });
        for (const [index, right] of together.entries()) {
          const seen = after.get(keyOf(right)) ?? right;
          const ofPlace = before.filter(({ place }) => place === right.place);
          const changed = ofPlace.map((each) => (each === right ? seen : each));
          if (rightsAsText(changed) === rightsAsText(ofPlace)) survivors.push(mutants[index] ?? '');
        }
      }

      reportMutation('rights', mutable.length, survivors);
      expect(mutable.length).toBeGreaterThan(0);
      expect(survivors).toEqual([]);
    });
  });
}

/** Rights that are changed in one transaction. No statement of a batch changes what another one's role has. */
function batchesOf(rights: readonly Right[]): Right[][] {
  const batches = new Map<string, Right[]>();
  for (const right of rights) {
    const key = `${right.role} ${right.kind}`;
    batches.set(key, [...(batches.get(key) ?? []), right]);
  }
  return [...batches.values()];
}

function keyOf({ role, kind, sqlName, object, right }: Right): string {
  return [role, kind, object, sqlName, right].join(' ');
}

/** A partition's rights stand and fall with the schema's, and the read-only role's are the only ones by column. */
function isWorthTaking({ role, kind, right, place }: Right): boolean {
  if (role === 'owner' || /_\d{4}_\d{2}$/.test(place)) return false;
  return kind !== 'column' || (role === 'ro' && right === 'SELECT');
}

function isWrite({ role, kind, right, held }: Right): boolean {
  return held && role !== 'owner' && /table|column/.test(kind) && right !== 'SELECT';
}

/** Named so that a later run takes it for a test database too, should this one be killed. */
function siblingOf(database: string): string {
  return database.slice(0, -4).concat(randomBytes(2).toString('hex'));
}

const SESSION = `
  SELECT current_setting('TimeZone') AS zone, current_setting('lc_messages') AS messages,
         current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
         current_setting('default_transaction_read_only') AS "readOnly", current_user AS as,
         (SELECT rolconnlimit > 0 FROM pg_roles WHERE rolname = session_user) AS limited`;

async function enter(url: string): Promise<string | undefined> {
  try {
    await withClient(url, async () => undefined);
    return 'entered';
  } catch (error) {
    if (error instanceof DatabaseError) return error.code;
    throw error;
  }
}
