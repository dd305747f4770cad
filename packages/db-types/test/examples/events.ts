import { type CodezestEvent, parseEvent } from '../../src/index.js';

/** A consumer behind a broker: the text of a message becomes an event, or a typed error. */
export const readMessage = (text: string): CodezestEvent => parseEvent(JSON.parse(text));

export function toldAs(event: CodezestEvent): string {
  switch (event.type) {
    case 'certificate.issued':
      return `${event.payload.userId} earned ${event.payload.certificateTitle}`;
    case 'user.deleted':
      return `${event.payload.userId} is gone`;
    default:
      return event.type;
  }
}
