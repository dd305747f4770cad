import { connect, createServer, type Socket } from 'node:net';

/** A TCP server in front of the database that the tests use. */
export interface DatabaseProxy {
  readonly url: string;
  close(): Promise<void>;
}

type Serve = (client: Socket, openServer: () => Socket) => void;

/** Hands each connection on as it is. `port` 0 takes a free one. */
export function startProxy(databaseUrl: string, port = 0): Promise<DatabaseProxy> {
  return start(databaseUrl, port, (client, openServer) => {
    const server = openServer();
    client.pipe(server).pipe(client);
  });
}

/** One session per client, but a process id of its own making: a proxy like Neon's. */
export function startDisguisingProxy(databaseUrl: string): Promise<DatabaseProxy> {
  return start(databaseUrl, 0, (client, openServer) => {
    const server = openServer();
    client.pipe(server);
    server.on('data', (data) => client.write(disguised(data)));
  });
}

/**
 * A pooler in transaction mode with one server connection, which every client gets as soon as it sends something:
 * later clients are greeted by the pooler itself, with what the server said to the first one.
 */
export function startPooler(databaseUrl: string): Promise<DatabaseProxy> {
  let server: Socket | undefined;
  let greeting: Buffer | undefined;
  let speaking: Socket | undefined;
  return start(databaseUrl, 0, (client, openServer) => {
    const isFirst = server === undefined;
    server ??= openServer().on('data', (data) => {
      const answer = disguised(data);
      greeting ??= greetingIn(answer);
      speaking?.write(answer);
    });
    let started = isFirst;
    client.on('data', (data) => {
      if (!started) {
        started = true;
        if (greeting) client.write(greeting);
        return;
      }
      speaking = client;
      if (data[0] !== 'X'.charCodeAt(0)) server?.write(data);
    });
  });
}

/** A pooler in transaction mode with a server connection per client, each of whose queries goes to the next one in turn. */
export function startRotatingPooler(databaseUrl: string): Promise<DatabaseProxy> {
  interface Server {
    readonly socket: Socket;
    speaking: Socket;
  }
  const ready: Server[] = [];
  let turn = 0;
  return start(databaseUrl, 0, (client, openServer) => {
    const own: Server = { socket: openServer(), speaking: client };
    own.socket.on('data', (data) => {
      if (!ready.includes(own) && isReadyForQuery(data)) ready.push(own);
      own.speaking.write(disguised(data));
    });
    client.on('data', (data) => {
      turn += 1;
      const next = ready.includes(own) ? (ready[turn % ready.length] ?? own) : own;
      next.speaking = client;
      if (data[0] !== 'X'.charCodeAt(0)) next.socket.write(data);
    });
  });
}

const isReadyForQuery = (data: Buffer): boolean => data.at(-6) === 'Z'.charCodeAt(0);

const authenticated = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const backendKey = Buffer.from([0x4b, 0, 0, 0, 12]);

function greetingIn(data: Buffer): Buffer | undefined {
  const at = data.indexOf(authenticated);
  return at < 0 ? undefined : Buffer.from(data.subarray(at));
}

function disguised(data: Buffer): Buffer {
  const copy = Buffer.from(data);
  const at = copy.indexOf(authenticated) < 0 ? -1 : copy.indexOf(backendKey);
  if (at >= 0) copy.writeUInt32BE(4_242_424, at + backendKey.length);
  return copy;
}

function start(databaseUrl: string, port: number, serve: Serve): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const openServer = (): Socket =>
    track(connect(Number(target.port || 5432), target.hostname || 'localhost'));
  const listener = createServer((client) => serve(track(client), openServer));
  return new Promise((resolve, reject) => {
    listener.on('error', reject);
    listener.listen(port, '127.0.0.1', () => {
      const url = new URL(databaseUrl);
      const address = listener.address();
      if (typeof address === 'object' && address) url.port = String(address.port);
      url.hostname = '127.0.0.1';
      resolve({
        url: url.toString(),
        close: () => {
          for (const socket of sockets) socket.destroy();
          return new Promise((closed) => listener.close(() => closed()));
        },
      });
    });
  });
}
