import { standFor } from './client-class.js';

/** A client that is built at its first use and then shared by the whole process, hot reloads included. */
export function lazyClient<Client extends object>(packageName: string, create: () => Client): Client {
  const key = Symbol.for(`${packageName}/client`);
  const processWide = globalThis as unknown as Record<symbol, Client | undefined>;

  const built = (): Client => {
    let client = processWide[key];
    if (client === undefined) {
      client = create();
      processWide[key] = client;
    }
    return client;
  };
  const proxy: Client = new Proxy({} as Client, {
    get(_target, property) {
      const client = built();
      const value: unknown = Reflect.get(client, property);
      return typeof value === 'function' ? value.bind(client) : value;
    },
    has: (_target, property) => Reflect.has(built(), property),
  });
  standFor(proxy, packageName, built);
  return proxy;
}
