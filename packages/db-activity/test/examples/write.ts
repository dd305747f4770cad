import { createActivityWriter, type NewActivity, type PrismaClient } from '../../src/index.js';

/** One message of a queue. */
interface Message {
  event: NewActivity;
  acknowledge(): void;
  discard(reason: unknown): void;
}

export async function listen(client: PrismaClient, messages: AsyncIterable<Message>): Promise<void> {
  const writer = createActivityWriter(client); // one per process
  for await (const { event, acknowledge, discard } of messages) {
    await writer.ready(); // waits while 10,000 events wait
    void writer.record(event).then(acknowledge, discard);
  }
  await writer.drain(); // every message has its answer now
}
