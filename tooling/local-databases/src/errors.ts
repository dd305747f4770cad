/** Every code that this package raises; stable, so that callers and tests may branch on them. */
export const LOCAL_DATABASE_ERROR_CODES = [
  'POSTGRES_BINARIES_MISSING',
  'POSTGRES_BINARIES_UNUSABLE',
  'NO_UNPRIVILEGED_ACCOUNT',
  'FOLDER_UNUSABLE',
  'DISK_FULL',
  'PORT_TAKEN',
  'CLUSTER_INCOMPATIBLE',
  'CLUSTER_IN_USE',
  'LOCK_TIMEOUT',
  'SERVER_NOT_STARTED',
  'SERVER_NOT_STOPPED',
  'LOCAL_SETTING_INVALID',
] as const;

export type LocalDatabaseErrorCode = (typeof LOCAL_DATABASE_ERROR_CODES)[number];

/** What went wrong with a local server, and what to do about it. Never holds a password. */
export class LocalDatabaseError extends Error {
  readonly code: LocalDatabaseErrorCode;

  constructor(code: LocalDatabaseErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'LocalDatabaseError';
    this.code = code;
  }
}

/** PostgreSQL and the file system say these in words alone; the C locale of our servers keeps the words stable. */
const MEANINGS: ReadonlyArray<{ words: RegExp; code: LocalDatabaseErrorCode; advice: string }> = [
  {
    words: /No space left on device|Check free disk space|ENOSPC|Disk quota exceeded|EDQUOT/,
    code: 'DISK_FULL',
    advice:
      'The disk is full: free some space, or set CODEZEST_LOCAL_DIR (tests: TMPDIR) to a folder with room.',
  },
  {
    words: /Address already in use|could not bind/,
    code: 'PORT_TAKEN',
    advice: 'Another program listens on that port: stop it, or choose another port.',
  },
  {
    words: /database files are incompatible|is not compatible with this version/,
    code: 'CLUSTER_INCOMPATIBLE',
    advice:
      'Another version of PostgreSQL made this data: `codezest-databases reset` makes it anew and deletes the old data.',
  },
  {
    words: /pre-existing shared memory block|lock file ".*" already exists/,
    code: 'CLUSTER_IN_USE',
    advice: 'Processes of an earlier server still use this data: end them, then start again.',
  },
  {
    words: /has wrong ownership/,
    code: 'FOLDER_UNUSABLE',
    advice: 'Another account made this data: run the command as that account, or delete the folder.',
  },
  {
    words: /Permission denied|Read-only file system|EACCES|EPERM|EROFS|ENOTDIR/,
    code: 'FOLDER_UNUSABLE',
    advice:
      'Make that folder writable for this account, or set CODEZEST_LOCAL_DIR (tests: TMPDIR) to one that is.',
  },
];

/** The typed error for what a program printed or the file system threw while `doing`. */
export function explainFailure(doing: string, failure: unknown): LocalDatabaseError {
  if (failure instanceof LocalDatabaseError) return failure;

  const words = (failure instanceof Error ? failure.message : String(failure)).trim();
  const meaning = MEANINGS.find((candidate) => candidate.words.test(words));
  const advice = meaning?.advice ?? 'The lines above are what PostgreSQL said.';
  return new LocalDatabaseError(
    meaning?.code ?? 'SERVER_NOT_STARTED',
    `${doing} failed:\n${words}\n${advice}`,
    {
      cause: failure instanceof Error ? failure : undefined,
    },
  );
}
