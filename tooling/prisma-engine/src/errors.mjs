// Errors in the form that the Prisma CLI shows: a code of Prisma's error reference and a message.

/** An error with a code of Prisma's error reference. Its message holds no credentials. */
export class KnownError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.name = 'KnownError';
    this.code = code;
  }
}

export const isKnownCode = (code) => typeof code === 'string' && /^P\d{4}$/.test(code);

/**
 * The `data` of a JSON-RPC error.
 *
 * `is_panic` is never set: it makes the CLI offer to send the schema to Prisma as a crash report, and Prisma could do
 * nothing with a crash of this engine.
 *
 * @param {string} method
 * @param {Error & { code?: string }} error
 * @param {{ scriptError?: { error: import('pg').DatabaseError, script: string } }} problems
 */
export function describeError(method, error, { scriptError } = {}) {
  if (method === 'applyMigrations' && scriptError && !isKnownCode(error.code)) {
    return { is_panic: false, error_code: 'P3018', message: failedMigrationMessage(error, scriptError) };
  }
  return {
    is_panic: false,
    message: withoutSpanTrace(error.message),
    ...(isKnownCode(error.code) ? { error_code: error.code } : {}),
  };
}

/** What the native engine says here; the WASM engine has only the text of the server's answer. */
function failedMigrationMessage({ message }, { error, script }) {
  const name = message.match(/with migration_name="(.+?)"/)?.[1] ?? '(unknown)';
  return [
    'A migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve',
    `Migration name: ${name}`,
    `Database error code: ${error.code}`,
    `Database error:\n${serverMessage(error)}${lineOf(error, script)}`,
  ].join('\n\n');
}

function serverMessage({ severity, message, detail, hint }) {
  return [
    `${severity}: ${message}`,
    ...(detail ? [`DETAIL: ${detail}`] : []),
    ...(hint ? [`HINT: ${hint}`] : []),
  ].join('\n');
}

function lineOf({ position }, script) {
  if (!position) return '';
  const number = [...script]
    .slice(0, Number(position) - 1)
    .join('')
    .split('\n').length;
  return `\n\nLine ${number}:\n${script.split('\n')[number - 1].trim()}`;
}

/** Cuts the engine's own call stack off (`   0: schema_engine_wasm::…`), which says nothing to who reads the message. */
function withoutSpanTrace(message) {
  return message.replace(/^ +0: \w+::[\s\S]*$/m, '').trimEnd();
}
