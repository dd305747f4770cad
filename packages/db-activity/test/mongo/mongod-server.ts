import { join } from 'node:path';
import { DryMongoBinary, MongoBinary, MongoMemoryReplSet } from 'mongodb-memory-server-core';
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js';
import { localFolder } from './ferretdb-server.js';
import type { StartedServer } from './server.js';

const version = '8.0.15';
const downloadDir = join(localFolder, 'mongod');

/**
 * A mongod that is there from before, or that can be downloaded now. The library itself tries for many seconds where
 * there is no way out, so a short question goes first.
 */
export async function downloadedMongod(): Promise<string | undefined> {
  try {
    const there = await DryMongoBinary.locateBinary({ version, downloadDir });
    if (there) return there;
    const address = new MongoBinaryDownloadUrl({ version, platform: process.platform, arch: process.arch });
    const url = await address.getDownloadUrl();
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(3_000) });
    if (!answer.ok) return undefined;
    return await Promise.race([MongoBinary.getPath({ version, downloadDir }), giveUpAfter(180_000)]);
  } catch {
    // No network, no build for this system, no disk: then it is another server's turn.
    return undefined;
  }
}

/** A replica set of one: a lone mongod neither retries writes nor knows a majority. */
export async function startMongod(program: string): Promise<StartedServer> {
  const server = await MongoMemoryReplSet.create({
    replSet: { count: 1, storageEngine: 'wiredTiger' },
    binary: { systemBinary: program },
  });
  return {
    url: server.getUri(),
    stop: async () => {
      await server.stop();
    },
  };
}

function giveUpAfter(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds, undefined).unref();
  });
}
