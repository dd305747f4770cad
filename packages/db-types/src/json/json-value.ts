/** What survives a trip through JSON unchanged. A Date does not: times travel as ISO 8601 text in UTC. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/**
 * The shapes of this folder are type aliases, not interfaces: only an alias is assignable to an index signature,
 * and so to this type and to Prisma's `InputJsonValue`.
 */
export type JsonObject = { [key: string]: JsonValue };
