/** What a database package says about its database; the rest of the client is the same for all five. */
export interface DatabaseDefinition {
  /** `auth`, `learning` …: prefix of the application name that the server sees. */
  readonly service: string;
  /** npm name, the key of the process-wide client: two packages in one process must not share one. */
  readonly packageName: string;
  readonly version: string;
  /** Variables that may hold the URL; the first that is set wins. Read when a client is made, never at import. */
  readonly urlVariables: readonly string[];
  /** Columns that no result holds unless the caller asks for them, by model delegate. */
  readonly secretFields: OmittedFields;
}

/** Prisma's `omit` option: per delegate, the fields to leave out. */
export type OmittedFields = Readonly<Record<string, Readonly<Record<string, boolean>> | undefined>>;

/** What our clients take beside Prisma's own options. */
export interface ConnectionOptions {
  /** postgresql:// URL. Default: the package's variables, see its README. */
  url?: string;
  /** Where `readFromReplica` reads. Default: the variable in its README, unless `url` is given. */
  replicaUrl?: string;
}
