import { AsyncResource } from 'node:async_hooks';
import { withRetry } from '@codezest/db-core';
import { WriterClosedError, WriterFullError } from './event-errors.js';

/** Where batches go. */
export interface BatchTarget<Event, Outcome> {
  /** The event as it travels; throws what its caller shall get. */
  serialize(event: Event): string;
  /** Writes all or nothing, and the same again changes nothing: a batch whose answer was lost is sent once more. */
  write(batch: readonly string[]): Promise<readonly Outcome[]>;
  /** Whether an event of the batch is at fault, or the batch for its size, and not the way to the database. */
  isRefusal(error: unknown): boolean;
  readonly mostPerBatch: number;
  /** In characters of what `serialize` gives. An event that is longer goes alone. */
  readonly longestBatch: number;
}

export interface BatchingWriterOptions {
  /** How many events may wait to be sent. Default 10,000. */
  readonly maxQueued?: number;
  /** How many characters of events may wait to be sent. Default 64 million. */
  readonly maxQueuedCharacters?: number;
  /**
   * How long a batch is tried again while the server restarts, is replaced, takes no writes, or somebody holds the table.
   * Default 60,000; `Number.POSITIVE_INFINITY` for ever.
   */
  readonly giveUpAfterMs?: number;
}

/** Callers hand over one event each; what they hand over meanwhile travels together. */
export interface BatchingWriter<Event, Outcome> {
  /** Resolves when the event is committed, rejects when it alone was refused or nothing could be written. */
  record(event: Event): Promise<Outcome>;
  /**
   * Resolves when there is room for one more event, and keeps it for this turn of the event loop: call `record` right
   * after it. Room is given in the order in which it was asked for.
   */
  ready(): Promise<void>;
  /** Takes no more, and resolves when each event that was taken has been answered for. May be called twice. */
  drain(): Promise<void>;
  /** How many events wait to be sent. */
  readonly queued: number;
}

interface Waiting<Outcome> {
  readonly text: string;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/** One for the network while the other is in the database; more would only make the batches smaller. */
const batchesInFlight = 2;

/** So few are not shared out over two batches: a statement costs as much as they do. */
const leastShared = 16;

/**
 * Sends what has gathered as soon as a batch comes back: under load batches grow by themselves, without load nothing
 * waits. There is no timer, which could only add delay.
 */
export function batchingWriter<Event, Outcome>(
  target: BatchTarget<Event, Outcome>,
  {
    maxQueued = 10_000,
    maxQueuedCharacters = 64_000_000,
    giveUpAfterMs = 60_000,
  }: BatchingWriterOptions = {},
): BatchingWriter<Event, Outcome> {
  const retry = { idempotent: true, attempts: Number.POSITIVE_INFINITY, totalMs: giveUpAfterMs };
  const queue: Waiting<Outcome>[] = [];
  let queuedCharacters = 0;
  const waitingForRoom: (() => void)[] = [];
  /** How much room is given to callers of `ready` whose events have not come yet. */
  let kept = 0;
  let takesBack = false;
  let inFlight = 0;
  let scheduled = false;
  let drained: Promise<void> | undefined;
  let whenIdle = (): void => {};

  // In the surroundings of the writer, not of the caller who happened to be first: his trace, or the retry that he is in,
  // has nothing to do with the others.
  const sendQueued = AsyncResource.bind((): void => {
    scheduled = false;
    while (inFlight < batchesInFlight && queue.length > 0) void send(nextBatch());
    giveRoom();
  });

  function nextBatch(): Waiting<Outcome>[] {
    const most = nextSize();
    let [size, characters] = [0, 0];
    while (size < most) {
      const { length } = queue[size]?.text ?? '';
      if (size > 0 && characters + length > target.longestBatch) break;
      size += 1;
      characters += length;
    }
    queuedCharacters -= characters;
    return queue.splice(0, size);
  }

  /**
   * Callers who are answered together come again together. As one batch they would have the database and the process
   * wait for each other in turn.
   */
  function nextSize(): number {
    const share = Math.ceil(queue.length / (batchesInFlight - inFlight));
    return Math.min(Math.max(share, leastShared), target.mostPerBatch, queue.length);
  }

  /** To no more callers than there is room for: the first event comes only after all of them have been told. */
  function giveRoom(): void {
    const room = queuedCharacters < maxQueuedCharacters ? Math.max(maxQueued - queue.length - kept, 0) : 0;
    const wakened = waitingForRoom.splice(0, room);
    if (wakened.length === 0) return;
    kept += wakened.length;
    for (const wake of wakened) wake();
    if (takesBack) return;
    takesBack = true;
    setImmediate(takeBackRoom);
  }

  /** Whoever was told runs before the next turn. If his event has not come by now, it never may. */
  function takeBackRoom(): void {
    takesBack = false;
    kept = 0;
    giveRoom();
  }

  /** After this turn of the event loop, so that callers who were answered together go together again. */
  function schedule(): void {
    if (scheduled || inFlight === batchesInFlight) return;
    scheduled = true;
    setImmediate(sendQueued);
  }

  async function send(batch: Waiting<Outcome>[]): Promise<void> {
    inFlight += 1;
    await deliver(batch);
    inFlight -= 1;
    if (queue.length > 0) schedule();
    else if (inFlight === 0) whenIdle();
  }

  /** Never rejects. A batch that one event fails is halved until that event is alone. */
  async function deliver(batch: readonly Waiting<Outcome>[]): Promise<void> {
    const texts = batch.map(({ text }) => text);
    try {
      const outcomes = await withRetry(() => target.write(texts), retry);
      for (const [place, { resolve }] of batch.entries()) resolve(outcomes[place] as Outcome);
    } catch (error) {
      if (batch.length > 1 && target.isRefusal(error)) {
        const middle = Math.ceil(batch.length / 2);
        await deliver(batch.slice(0, middle));
        await deliver(batch.slice(middle));
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  return {
    record(event) {
      return new Promise((resolve, reject) => {
        if (drained) throw new WriterClosedError();
        if (queue.length >= maxQueued || queuedCharacters >= maxQueuedCharacters)
          throw new WriterFullError(queue.length);
        const text = target.serialize(event);
        queue.push({ text, resolve, reject });
        queuedCharacters += text.length;
        kept = Math.max(kept - 1, 0);
        schedule();
      });
    },
    ready() {
      return new Promise((resolve) => {
        waitingForRoom.push(resolve);
        giveRoom();
      });
    },
    drain() {
      drained ??= new Promise((resolve) => {
        whenIdle = resolve;
        if (queue.length === 0 && inFlight === 0) resolve();
      });
      return drained;
    },
    get queued() {
      return queue.length;
    },
  };
}
