/** One thing that is wrong with a migration, as a person reads it. */
export interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly why: string;
  readonly instead: string;
}
