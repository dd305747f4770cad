import { randomBytes } from 'node:crypto';
import type { Id } from '@codezest/db-types';
import { CodezestDbError } from '../errors/base-error.js';

/** The time that an id shall hold is none, such as that of `new Date('yesterday')`, or lies outside 1970 to 10889. */
export class InvalidIdTimeError extends CodezestDbError {
  constructor() {
    super(
      'ID_TIME_INVALID',
      'No id was made: its time is no valid date from 1970 on. Check the date with Number.isNaN(date.getTime()).',
    );
  }
}

/** A clock that steps back further than this was wrong before: the ids follow it. */
const LONGEST_HOLD_MS = 10_000;

const MOST_MS = 2 ** 48 - 1;
const SEQUENCE_BITS = 50;
const LOW_BITS = 38;

let latest = 0;
let sequence: number | undefined;

/**
 * The id of a new row: a UUID version 7 (RFC 9562), for rows that hand-written SQL inserts. Made here and not by the
 * database, because a value that is encrypted for its row must know the row's id before.
 *
 * Of two ids that this process made for one millisecond the later one is the greater, whatever was made between them
 * (RFC 9562 §6.2, method 1). Without `at` that holds over milliseconds too, and when the clock steps back by less than
 * ten seconds.
 *
 * @param at milliseconds since 1970; a fraction is cut off. Default: now.
 * @throws {InvalidIdTimeError}
 */
export function newId<Entity extends string>(at?: number): Id<Entity> {
  const time = at === undefined ? currentTime() : timeOf(at);
  const bytes = randomBytes(16);
  const place = nextPlace(bytes);
  bytes.writeUIntBE(time, 0, 6);
  bytes.writeUInt16BE(0x7000 | (place / 2 ** LOW_BITS), 6);
  const low = place % 2 ** LOW_BITS;
  bytes.writeUInt8(0x80 | (low / 2 ** 32), 8);
  bytes.writeUInt32BE(low % 2 ** 32, 9);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<Entity>;
}

/**
 * One sequence for all times, or ids for a time of the past would lose their order as soon as another time came between.
 * It begins at random and grows by random steps, so that neither another process nor a copy of this one's memory goes
 * the same way; the last 24 bits of an id are random besides. It lasts for 100 billion ids and begins anew.
 */
function nextPlace(random: Buffer): number {
  const next = (sequence ?? Number.POSITIVE_INFINITY) + 1 + (random.readUInt16BE(0) & 0x0fff);
  sequence = next < 2 ** SEQUENCE_BITS ? next : random.readUIntBE(2, 6) * 2;
  return sequence;
}

function currentTime(): number {
  const now = Date.now();
  if (now > latest || now < latest - LONGEST_HOLD_MS) latest = now;
  return latest;
}

function timeOf(at: number): number {
  if (!(at >= 0 && at <= MOST_MS)) throw new InvalidIdTimeError();
  return Math.floor(at);
}
