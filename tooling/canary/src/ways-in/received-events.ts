import { randomUUID } from 'node:crypto';
import type { Give } from './way-in.js';

interface Options {
  readonly limit: number;
  readonly attempts: number;
  readonly retrySeconds: number;
}

const options: Options = { limit: 10, attempts: 3, retrySeconds: 0 };

/** What the four services that hear of others export. */
interface Receiving<Client> {
  receiveEvents(client: Client, options: Options): Promise<unknown>;
  redriveEvents(client: Client): Promise<unknown>;
  eventBacklog(client: Client): Promise<unknown>;
  deleteReceivedEvents(client: Client, options: { days: number }): Promise<unknown>;
}

interface Told {
  readonly type: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly payload: Record<string, unknown>;
}

interface Inbox {
  readonly receivedEvent: { create(args: { data: never }): Promise<unknown> };
}

/** An event as the delivery writes it into the inbox, and all that is done with it there. */
export async function receiveTold<Client>(
  service: Receiving<Client>,
  client: Client,
  give: Give,
  told: Told,
): Promise<void> {
  const event = { ...told, id: randomUUID(), version: 1, aggregateVersion: 1, occurredAt: new Date() };
  const { receivedEvent } = client as Inbox;
  await receivedEvent.create({ data: event as never });
  await service.receiveEvents(client, options);
  // Without effect: its payload is not as the contract says. What is told of that must not contain it.
  const odd = { ...event, id: randomUUID(), payload: { odd: give.text('what an odd event says') } };
  await receivedEvent.create({ data: odd as never });
  await service.receiveEvents(client, options);
  await service.eventBacklog(client);
  await service.redriveEvents(client);
  await service.deleteReceivedEvents(client, { days: 30 });
}
