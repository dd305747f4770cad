import { MalformedIdError } from '../errors/invalid-id-error.js';

/** pg's error without the parts that hold rows and values; a malformed ID becomes our own error. */
export function withoutRows(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: string };
  if (code === '22P02' && /type uuid/.test(error.message)) return new MalformedIdError({ cause: error });
  if (code === '22P02') error.message = error.message.replace(/: ".*$/s, '');
  for (const property of ['detail', 'where', 'internalQuery']) Reflect.deleteProperty(error, property);
  return error;
}
