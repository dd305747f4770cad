/** What was given instead, for a message: never the text itself, because it comes from outside and messages are logged. */
export function describe(received: unknown): string {
  if (typeof received === 'string') return `text of ${received.length} characters`;
  return received === null ? 'null' : typeof received;
}
