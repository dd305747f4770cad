// Part of what services' compilers read: names nothing that needs the types of Node.

/** Text of each file of prisma/migrations by its path in there, with `/` between the parts. */
export type EmbeddedMigrations = Readonly<Record<string, string>>;

/** The folder that holds `<14 digits>_<name>/migration.sql`, or its files themselves, where code runs away from its package. */
export type MigrationSource = string | EmbeddedMigrations;
