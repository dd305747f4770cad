import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type BatchingWriterOptions, batchingWriter } from '../src/batching-writer.js';
import { refusal } from './fixtures.js';

const refused = Object.assign(new Error('refused'), { code: 'EVENT_REFUSED' });
const lost = new Error('Connection terminated unexpectedly');

/** A writer of numbers whose batches come back when the test says so. */
function numbers(options: BatchingWriterOptions = {}) {
  const batches: { texts: readonly string[]; answer(error?: unknown): void }[] = [];
  const writer = batchingWriter<number, string>(
    {
      serialize: String,
      write: (texts) =>
        new Promise((resolve, reject) => {
          batches.push({
            texts,
            answer: (error) => (error ? reject(error) : resolve(texts.map((text) => `${text}!`))),
          });
        }),
      isRefusal: (error) => error === refused,
      mostPerBatch: 100,
      longestBatch: 1_000,
    },
    options,
  );
  /** Answers every batch, also those that follow, and gives their sizes. */
  const answerAll = async (errorOf: (texts: readonly string[]) => unknown = () => undefined) => {
    const sizes: number[] = [];
    for (let quiet = 0; quiet < 5; quiet += 1) {
      await turn();
      for (const { texts, answer } of batches.splice(0)) {
        quiet = 0;
        sizes.push(texts.length);
        answer(errorOf(texts));
      }
    }
    return sizes;
  };
  /** Answers every batch until the work is done, however long it waits between its tries. */
  const answerUntil = async <Result>(work: Promise<Result>, errorOf: () => unknown): Promise<Result> => {
    let done = false;
    const ended = () => {
      done = true;
    };
    work.then(ended, ended);
    while (!done) await answerAll(errorOf);
    return work;
  };
  return { writer, batches, answerAll, answerUntil };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a batching writer', () => {
  it('sends what was handed over together, and answers each caller for his own', async () => {
    const { writer, answerAll } = numbers();

    const answers = Promise.all(upTo(3).map((number) => writer.record(number)));

    expect(await answerAll()).toEqual([3]);
    expect(await answers).toEqual(['1!', '2!', '3!']);
  });

  it('has two batches in flight, and sends what gathered meanwhile when one comes back', async () => {
    const { writer, batches } = numbers();
    const answers = [writer.record(1)];
    await turn();
    answers.push(writer.record(2));
    await turn();
    answers.push(writer.record(3), writer.record(4));
    await turn();

    const before = batches.map(({ texts }) => texts);
    batches[0]?.answer();
    await turn();
    await turn();

    expect(before).toEqual([['1'], ['2']]);
    expect(batches.at(2)?.texts).toEqual(['3', '4']);
    for (const { answer } of batches) answer();
    expect(await Promise.all(answers)).toEqual(['1!', '2!', '3!', '4!']);
  });

  it('shares out what came together over both batches: callers answered together would stay in one for ever', async () => {
    const { writer, batches } = numbers();
    const answers = upTo(61).map((number) => writer.record(number));
    await turn();
    const before = batches.map(({ texts }) => texts.length);
    answers.push(...upTo(40).map((number) => writer.record(number)));

    batches[0]?.answer();
    await turn();
    await turn();

    expect(before).toEqual([31, 30]);
    expect(batches.at(2)?.texts).toHaveLength(40);
    for (const { answer } of batches) answer();
    await Promise.all(answers);
  });

  it('sends few together: a statement costs as much as they do', async () => {
    const { writer, answerAll } = numbers();

    const answers = upTo(17).map((number) => writer.record(number));

    expect(await answerAll()).toEqual([16, 1]);
    await Promise.all(answers);
  });

  it('sends no more at once than a batch holds', async () => {
    const { writer, answerAll } = numbers();

    const answers = Promise.all(upTo(250).map((number) => writer.record(number)));

    expect(await answerAll()).toEqual([100, 100, 25, 25]);
    expect(await answers).toHaveLength(250);
  });

  it('sends no more characters at once than a batch holds, and what is longer alone', async () => {
    const { writer, batches, answerAll } = numbers();
    const long = '1'.repeat(400) as unknown as number;
    const tooLong = '2'.repeat(3_000) as unknown as number;

    const answers = Promise.all([long, long, long, tooLong, 4, 5].map((number) => writer.record(number)));
    await turn();
    const before = batches.map(({ texts }) => texts.length);

    expect(before).toEqual([2, 1]);
    expect((await answerAll()).slice(2)).toEqual([1, 2]);
    expect((await answers).map((text) => text.length)).toEqual([401, 401, 401, 3_001, 2, 2]);
  });

  it('takes no more characters than its bound, and says when there is room again', async () => {
    const { writer, batches, answerAll } = numbers({ maxQueuedCharacters: 10 });
    const answers = ['123456', '123456'].map((text) => writer.record(Number(text)));

    expect(await refusal(writer.record(4))).toBe('WRITER_FULL');
    const later = writer.ready().then(() => writer.record(5));
    await turn();
    expect(batches[0]?.texts).toEqual(['123456', '123456']);
    await answerAll();

    expect(await Promise.all([...answers, later])).toEqual(['123456!', '123456!', '5!']);
  });

  it('takes no more than its bound, and says when there is room again', async () => {
    const { writer, answerAll } = numbers({ maxQueued: 3 });
    const answers = upTo(3).map((number) => writer.record(number));

    expect(writer.queued).toBe(3);
    expect(await refusal(writer.record(4))).toBe('WRITER_FULL');
    const fifth = writer.ready().then(() => writer.record(5));
    await answerAll();

    expect(await Promise.all([...answers, fifth])).toEqual(['1!', '2!', '3!', '5!']);
  });

  it('lets no more in than there is room for, however many wait for it', async () => {
    const { writer, answerAll } = numbers({ maxQueued: 3 });
    const inWhenThereIsRoom = async (number: number) => {
      await writer.ready();
      return await writer.record(number);
    };

    const answers = Promise.allSettled(upTo(20).map(inWhenThereIsRoom));
    const sizes = await answerAll();

    expect(await answers).toEqual(upTo(20).map((number) => ({ status: 'fulfilled', value: `${number}!` })));
    expect(sizes).toEqual([3, 3, 3, 3, 3, 3, 2]);
  });

  it('keeps room for nobody who does not come, or whose event cannot be sent', async () => {
    const { writer, answerAll } = numbers({ maxQueued: 2 });
    const noString = Object.create(null) as number;
    const answers = upTo(2).map((number) => writer.record(number));

    const idle = Promise.allSettled([writer.ready(), writer.ready().then(() => writer.record(noString))]);
    const third = writer.ready().then(() => writer.record(3));
    await answerAll();

    expect((await idle).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await Promise.all([...answers, third])).toEqual(['1!', '2!', '3!']);
  });

  it('lets everybody who waits for room know that it has been drained', async () => {
    const { writer, answerAll } = numbers({ maxQueued: 1 });
    const answer = writer.record(1);
    const late = upTo(5).map((number) => refusal(writer.ready().then(() => writer.record(number))));

    const drained = writer.drain();
    await answerAll();
    await Promise.all([answer, drained]);

    expect(await Promise.all(late)).toEqual(Array(5).fill('WRITER_CLOSED'));
  });

  it('answers for an event that is refused by a refusal, and for its mates as if it were not there', async () => {
    const { writer, answerAll } = numbers();
    const bad = new Set(['7', '8', '93']);

    const answers = Promise.allSettled(upTo(100).map((number) => writer.record(number)));
    await answerAll((texts) => (texts.some((text) => bad.has(text)) ? refused : undefined));

    const outcomes = (await answers).map(({ status }, index) => ({ status, text: String(index + 1) }));
    expect(new Set(outcomes.filter(({ status }) => status === 'rejected').map(({ text }) => text))).toEqual(
      bad,
    );
  });

  it('tries again after a lost connection', async () => {
    const { writer, answerUntil } = numbers({ giveUpAfterMs: Number.POSITIVE_INFINITY });
    let losses = 2;

    const saved = answerUntil(writer.record(1), () => (losses-- > 0 ? lost : undefined));

    expect(await saved).toBe('1!');
    expect(losses).toBe(-1);
  });

  it('gives up when its time is over', async () => {
    const { writer, answerUntil } = numbers({ giveUpAfterMs: 0 });

    const given = writer.record(1).catch((error: unknown) => error);

    expect(await answerUntil(given, () => lost)).toBe(lost);
  });

  it('answers everybody with what is neither a refusal nor a lost connection, without another try', async () => {
    const { writer, answerAll } = numbers();
    const denied = Object.assign(new Error('denied'), { code: '42501' });

    const answers = Promise.allSettled(upTo(2).map((number) => writer.record(number)));

    expect(await answerAll(() => denied)).toEqual([2]);
    expect((await answers).map((answer) => answer.status === 'rejected' && answer.reason)).toEqual([
      denied,
      denied,
    ]);
  });

  it('drains: takes no more, and is done when everybody has an answer', async () => {
    const { writer, answerAll } = numbers();
    const order: string[] = [];
    const answers = upTo(150).map((number) => writer.record(number).then(() => order.push('answer')));

    const drained = [writer.drain(), writer.drain()].map((done) => done.then(() => order.push('drained')));
    expect(await refusal(writer.record(151))).toBe('WRITER_CLOSED');
    await answerAll();
    await Promise.all([...answers, ...drained]);

    expect(order.slice(-2)).toEqual(['drained', 'drained']);
    expect(order).toHaveLength(152);
    await numbers().writer.drain();
  });
});
