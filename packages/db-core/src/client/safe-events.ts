/** As Prisma calls a listener. */
export type QueryListener = (event: Record<string, unknown>) => void;

/**
 * Query events carry every parameter value, and error events print whole arguments and rows: a listener that logs them
 * would log passwords and tokens. What is left is the SQL text with placeholders, the duration, and the kind of error.
 */
export function safeListener(callback: (event: never) => void): QueryListener {
  return (event) => {
    const safe = { ...event };
    if ('params' in safe) safe.params = '[hidden]';
    if (!('query' in safe) && typeof safe.message === 'string') safe.message = firstLine(safe.message);
    callback(safe as never);
  };
}

/** Prisma prints the call's arguments below the first line of a message. */
function firstLine(message: string): string {
  return message.trim().split('\n', 1)[0] ?? '';
}
