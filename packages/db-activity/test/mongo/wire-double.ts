import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Document } from 'bson';
import { DoubleStore } from './double-store.js';
import { unknownField } from './known-fields.js';
import { type Message, reply, takeMessages } from './wire-messages.js';

/** What goes wrong with one command. */
export type Fault = 'dropped before' | 'dropped after' | 'not primary' | 'not confirmed' | 'no answer';

/**
 * Stands where a one-member replica set would: the real driver connects to it. It proves which commands are sent and what
 * becomes of them when the line breaks, not what a MongoDB does with them.
 */
export interface WireDouble {
  readonly url: string;
  readonly store: DoubleStore;
  /** Every command but greetings and the like, as the driver sent it, repetitions included. */
  readonly commands: Document[];
  /** The next commands of that name go wrong so, one each. */
  fail(name: string, ...faults: Fault[]): void;
  /** The next commands of that name are answered so and change nothing, one each. */
  answer(name: string, ...replies: Document[]): void;
  /** What `hello` gives for the server's time. */
  localTime(): unknown;
  /** Nobody listens any more, and open connections break; `come back` on the same port. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

const housekeeping = ['hello', 'isMaster', 'ismaster', 'ping', 'endSessions'];

export async function startWireDouble(): Promise<WireDouble> {
  const store = new DoubleStore();
  const commands: Document[] = [];
  const faults = new Map<string, Fault[]>();
  const replies = new Map<string, Document[]>();
  const sockets = new Set<Socket>();
  const done = new Map<string, Document>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // The driver breaks its connections off when it closes.
    socket.on('error', () => socket.destroy());
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      const { messages, rest } = takeMessages(Buffer.concat([received, chunk]));
      received = rest;
      for (const message of messages) answer(socket, message);
    });
  });

  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  };
  const goDown = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const port = await listen(0);

  function answer(socket: Socket, message: Message): void {
    const { command } = message;
    const name = Object.keys(command)[0] ?? '';
    if (housekeeping.includes(name)) {
      socket.write(reply(message, { ...greeting(port), localTime: double.localTime(), ok: 1 }));
      return;
    }
    commands.push(command);
    const unknown = unknownField(command);
    if (unknown !== undefined) {
      socket.write(reply(message, unknownFieldRefused(unknown)));
      return;
    }
    const fault = faults.get(name)?.shift();
    if (fault === 'no answer') return;
    if (fault === 'dropped before') {
      socket.destroy();
      return;
    }
    if (fault === 'not primary') {
      socket.write(reply(message, notPrimary));
      return;
    }
    const result = replies.get(name)?.shift() ?? appliedOnce(command, () => store.run(name, command));
    if (fault === 'dropped after') socket.destroy();
    else socket.write(reply(message, fault === 'not confirmed' ? { ...result, ...notConfirmed } : result));
  }

  /** As a replica set: a write that comes again under its transaction number is not done again. */
  function appliedOnce(command: Document, run: () => Document): Document {
    if (command.txnNumber === undefined) return run();
    const key = `${command.lsid.id.toString('hex')} ${command.txnNumber}`;
    const result = done.get(key) ?? run();
    done.set(key, result);
    return result;
  }

  const double: WireDouble = {
    url: `mongodb://127.0.0.1:${port}/activity_double?replicaSet=double`,
    store,
    commands,
    fail: (name, ...kinds) => void faults.set(name, [...(faults.get(name) ?? []), ...kinds]),
    answer: (name, ...more) => void replies.set(name, [...(replies.get(name) ?? []), ...more]),
    localTime: () => new Date(),
    goDown,
    comeBack: async () => void (await listen(port)),
    stop: goDown,
  };
  return double;
}

const notPrimary = {
  ok: 0,
  code: 10_107,
  codeName: 'NotWritablePrimary',
  errmsg: 'not primary',
  errorLabels: ['RetryableWriteError'],
};

const notConfirmed = {
  writeConcernError: {
    code: 64,
    codeName: 'WriteConcernTimeout',
    errmsg: 'waiting for replication timed out',
  },
};

function unknownFieldRefused(field: string): Document {
  return {
    ok: 0,
    code: 40_415,
    codeName: 'IDLUnknownField',
    errmsg: `field '${field}' is an unknown field.`,
  };
}

function greeting(port: number): Document {
  const me = `127.0.0.1:${port}`;
  return {
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    setName: 'double',
    setVersion: 1,
    hosts: [me],
    me,
    primary: me,
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 25,
  };
}
