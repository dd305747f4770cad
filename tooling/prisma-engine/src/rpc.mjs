// JSON-RPC 2.0 with the Prisma CLI, one message a line, requests handled strictly one after another.

const INTERNAL_ERROR = 4466;

/** The WASM class lacks one method of the native engine and names another one differently. */
const RENAMED = { getDatabaseVersion: 'version' };

/**
 * Answers requests until `lines` ends.
 *
 * @param {AsyncIterable<string>} lines
 * @param {{
 *   call: (method: string, params: object) => Promise<unknown>,
 *   describeError: (error: unknown) => { message: string, error_code?: string, is_panic: boolean },
 *   write: (line: string) => void,
 * }} options
 */
export async function answerRequests(lines, { call, describeError, write }) {
  const send = (message) => write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let printed = 0;

  for await (const line of lines) {
    if (line.trim() === '') continue;
    const { id, method, params } = JSON.parse(line);
    // The CLI's answer to one of our print requests: it has no method, and an answer to it would be reported as unknown.
    if (method === undefined) continue;

    try {
      const result = (await call(RENAMED[method] ?? method, params ?? {})) ?? {};
      // The native engine has the CLI print a diff; the WASM engine hands the text back, and the CLI ignores it there.
      if (method === 'diff' && result.stdout) {
        send({ id: `print-${++printed}`, method: 'print', params: { content: result.stdout } });
      }
      send({ id, result });
    } catch (error) {
      const data = describeError(error);
      send({
        id,
        error: {
          code: INTERNAL_ERROR,
          message: 'An error happened. Check the data field for details.',
          data,
        },
      });
    }
  }
}
