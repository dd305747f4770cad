// Ids of what no single database owns. Same three lines as in the other files.
import { type Id, type IsId, idParser, isId, type ParseId } from './id.js';

/** A fact that one service tells the others. Recording it twice under one id has the effect of once. */
export type EventId = Id<'Event'>;
export const isEventId: IsId<'Event'> = isId;
export const parseEventId: ParseId<'Event'> = /* @__PURE__ */ idParser('Event');
