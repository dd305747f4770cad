import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** What becomes of the bytes. `answers lost`: the server gets and does what it is asked, and nobody hears of it. */
export type Passing = 'at once' | 'slowly' | 'not at all' | 'answers lost' | 'refused';

export interface ChaosProxy {
  readonly port: number;
  /** Where new connections go from now on; those that are open stay where they are. */
  leadTo(port: number): void;
  /** How bytes pass from now on. What was held back passes then; a connection that has lost bytes ends. */
  pass(how: Passing): void;
  /** Ends all connections at once. */
  cut(): void;
  /** Ends one direction of all connections: the client is told that no more answers come, the server that no more questions do. */
  halfClose(side: 'client' | 'server'): void;
  /** The connections stay open, and nothing ever passes them again, in either direction. */
  forget(): void;
  /** Sends DISCARD ALL in all connections that wait for a question, as a pooler does before another client gets them. */
  discard(): Promise<number>;
  close(): Promise<void>;
}

const SLOWLY_MS = 25;
/** ReadyForQuery of a session outside a transaction. */
const IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const DISCARD_ALL = simpleQuery('DISCARD ALL');

/** A TCP server in front of the databases that does to connections what networks, proxies and poolers do. */
export async function startChaosProxy(port: number): Promise<ChaosProxy> {
  const links = new Set<Link>();
  let target = port;
  let passing: Passing = 'at once';
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    if (passing === 'refused') {
      client.resetAndDestroy();
      return;
    }
    const link = new Link(client, connect({ port: target, host: '127.0.0.1', allowHalfOpen: true }), () => {
      links.delete(link);
    });
    links.add(link);
    link.pass(passing);
  });
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
  const address = listener.address();
  const each = (what: (link: Link) => void) => {
    for (const link of [...links]) what(link);
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    leadTo(next) {
      target = next;
    },
    pass(how) {
      passing = how;
      each((link) => (how === 'refused' ? link.end() : link.pass(how)));
    },
    cut: () => each((link) => link.end()),
    halfClose: (side) => each((link) => link.halfClose(side)),
    forget: () => each((link) => link.forget()),
    async discard() {
      const found = [...links].filter((link) => link.discard());
      for (let look = 0; look < 500 && found.some(({ discarding }) => discarding); look += 1) await wait(2);
      return found.length;
    },
    close: () => {
      each((link) => link.end());
      return new Promise((closed) => listener.close(() => closed()));
    },
  };
}

/** One connection: the client's to us and ours to the server. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  #passing: Passing = 'at once';
  #held: (() => void)[] = [];
  #lost = false;
  #forgotten = false;
  #idle = false;
  #order: Promise<unknown> = Promise.resolve();
  discarding = false;

  constructor(client: Socket, server: Socket, ended: () => void) {
    this.#client = client;
    this.#server = server;
    client.on('data', (data) => {
      this.#idle = false;
      this.#forward(() => server.write(data), 'question');
    });
    server.on('data', (data) => this.#answer(data));
    client.on('end', () => this.#forward(() => server.end(), 'question'));
    server.on('end', () => this.#forward(() => client.end(), 'answer'));
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.discarding = false;
        if (this.#forgotten) return;
        ended();
        this.end();
      });
    }
  }

  pass(how: Passing): void {
    if (this.#forgotten) return;
    this.#passing = how;
    if (this.#lost && how === 'at once') this.end();
    if (how === 'not at all') return;
    for (const forward of this.#held.splice(0)) forward();
  }

  end(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  halfClose(side: 'client' | 'server'): void {
    (side === 'client' ? this.#client : this.#server).end();
  }

  forget(): void {
    this.#forgotten = true;
    this.#server.destroy();
  }

  discard(): boolean {
    if (!this.#idle || this.#passing !== 'at once' || this.#server.destroyed) return false;
    this.discarding = true;
    this.#server.write(DISCARD_ALL);
    return true;
  }

  #answer(data: Buffer): void {
    const complete = data.subarray(-IDLE.length).equals(IDLE);
    if (!this.discarding) {
      this.#idle = complete;
      this.#forward(() => this.#client.write(data), 'answer');
    } else if (complete) {
      this.discarding = false;
      for (const forward of this.#held.splice(0)) forward();
    }
  }

  #forward(send: () => void, what: 'question' | 'answer'): void {
    if (this.#forgotten) return;
    if (this.#passing === 'not at all' || this.discarding) this.#held.push(send);
    else if (this.#passing === 'answers lost' && what === 'answer') this.#lost = true;
    else if (this.#passing === 'slowly') this.#order = this.#order.then(() => wait(SLOWLY_MS)).then(send);
    else if (this.#held.length > 0) this.#held.push(send);
    else void this.#order.then(send);
  }
}

function simpleQuery(text: string): Buffer {
  const message = Buffer.alloc(6 + Buffer.byteLength(text));
  message.write('Q', 0);
  message.writeUInt32BE(message.length - 1, 1);
  message.write(text, 5);
  return message;
}
