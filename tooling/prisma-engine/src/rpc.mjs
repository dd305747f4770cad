// JSON-RPC 2.0 with the Prisma CLI: one message a line, requests handled strictly one after another.

const INTERNAL_ERROR = 4466;

/**
 * Answers requests until `lines` ends.
 *
 * @param {AsyncIterable<string>} lines
 * @param {{
 *   call: (method: string, params?: object) => Promise<unknown>,
 *   describeError: (method: string, error: unknown) => { message: string, error_code?: string, is_panic: boolean },
 *   write: (line: string) => void,
 * }} options
 */
export async function answerRequests(lines, { call, describeError, write }) {
  const send = (message) => write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let printed = 0;

  for await (const line of lines) {
    if (line.trim() === '') continue;
    const { id, method, params } = JSON.parse(line);
    // The CLI's reply to one of our print requests: an answer to it would be reported as one to an unknown request.
    if (method === undefined) continue;

    try {
      // A void method answers with an empty object, since a response without result counts as invalid.
      const result = (await call(method, params)) ?? {};
      // The native engine has the CLI print a diff; the WASM engine hands the text back, which the CLI ignores.
      if (method === 'diff' && result.stdout) {
        send({ id: `print-${++printed}`, method: 'print', params: { content: result.stdout } });
      }
      send({ id, result });
    } catch (error) {
      send({
        id,
        error: {
          code: INTERNAL_ERROR,
          message: 'The schema engine failed.',
          data: describeError(method, error),
        },
      });
    }
  }
}
