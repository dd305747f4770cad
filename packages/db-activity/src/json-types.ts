// The shapes of this database's JSON columns. Aliases, not interfaces: only an alias is assignable to Prisma's
// `InputJsonValue`.

/**
 * What an analytics event says beside its name. Flat, so that a report can group and filter by any of it, and without
 * what identifies a person: `AnalyticsEvent.userId` is where erasure looks.
 */
export type AnalyticsProperties = { [name: string]: string | number | boolean | null };
