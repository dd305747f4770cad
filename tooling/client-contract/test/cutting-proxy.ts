import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly url: string;
  /** The server gets the next message that holds `text` and does it; the client never hears of it. */
  cutAfterNext(text: string): void;
  close(): Promise<void>;
}

/** A TCP server in front of the database that can lose an answer. */
export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let awaited: string | undefined;
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const listener = createServer((client) => {
    const server = track(connect(Number(target.port || 5432), target.hostname));
    let deaf = false;
    track(client).on('data', (data) => {
      if (awaited !== undefined && data.includes(awaited)) {
        awaited = undefined;
        deaf = true;
      }
      server.write(data);
    });
    server.on('data', (data) => (deaf ? client.destroy() : client.write(data)));
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  });
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));

  const address = listener.address();
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = typeof address === 'object' && address ? String(address.port) : '';
  return {
    url: url.href,
    cutAfterNext: (text) => {
      awaited = text;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((closed) => listener.close(() => closed()));
    },
  };
}
