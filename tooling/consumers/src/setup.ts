import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { CONSUMER_TOOLS, copyFixtures, EVERYWHERE_TOOLS, installPackages } from './installed-packages.js';
import { packAll, type Tarballs } from './tarballs.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder outside the workspace with the packed packages installed, and each fixture in a folder of its own. */
    consumers: string;
    tarballs: Tarballs;
  }
}

/** Packs and installs once per run: that is most of what these tests cost. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'codezest-consumers-'));
  const tarballs = await packAll(join(directory, 'tarballs'));
  const everywhere = project.name === 'everywhere';
  await installPackages(directory, tarballs, everywhere ? EVERYWHERE_TOOLS : CONSUMER_TOOLS);
  await copyFixtures(directory);
  project.provide('consumers', directory);
  project.provide('tarballs', tarballs);
  return () => rm(directory, { recursive: true, force: true });
}
