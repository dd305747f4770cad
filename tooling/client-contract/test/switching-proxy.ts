import { connect, createServer, type Socket } from 'node:net';

export interface SwitchingProxy {
  readonly url: string;
  /** Where new connections go from now on; those that are open stay where they are, as behind a name that moves. */
  leadTo(databaseUrl: string): void;
  close(): Promise<void>;
}

/** An address that leads to one server and then to another, as a failover moves it. */
export async function startSwitchingProxy(databaseUrl: string): Promise<SwitchingProxy> {
  const sockets = new Set<Socket>();
  let target = new URL(databaseUrl);
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const listener = createServer((client) => {
    const server = track(connect(Number(target.port), target.hostname));
    track(client).pipe(server).pipe(client);
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
    leadTo: (next) => {
      target = new URL(next);
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((closed) => listener.close(() => closed()));
    },
  };
}
