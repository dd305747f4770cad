import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from './certificate.js';

/** Stands where a PostgreSQL would, as far as the question whether it speaks TLS. */
export interface TlsDouble {
  readonly port: number;
  /** Messages that came after that: a client that trusts nobody sends none, for the first one names its user. */
  readonly received: Buffer[];
  stop(): Promise<void>;
}

const SSL_REQUEST = 80_877_103;

/** @param certificate none: a server that does not speak TLS. */
export async function startTlsDouble(certificate?: Certificate): Promise<TlsDouble> {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (first) => {
      if (first.length !== 8 || first.readInt32BE(4) !== SSL_REQUEST) {
        received.push(first);
        socket.destroy();
      } else if (certificate === undefined) {
        socket.on('data', (message) => received.push(message));
        socket.write('N');
      } else {
        socket.write('S');
        speakTls(socket, certificate, received);
      }
    });
  });
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
  return {
    port: (listener.address() as { port: number }).port,
    received,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((stopped) => listener.close(() => stopped()));
    },
  };
}

function speakTls(socket: Socket, { certificate: cert, key }: Certificate, received: Buffer[]): void {
  const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key }) });
  secure.on('error', () => undefined);
  secure.on('data', (message) => {
    received.push(message);
    secure.destroy();
  });
}
