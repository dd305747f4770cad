import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { site } from './site.js';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const program = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** What `apt-get install chromium` and others put here; nothing where none is installed. */
export const chromiumVersion =
  program && spawnSync(program, ['--version']).stdout.toString().trim().split('\n').at(-1);

/** What hangs is ended; how fast the machine is decides nothing. */
export const PATIENCE = 300_000;

export function startChromium(): Promise<Browser> {
  if (program === undefined) throw new Error('Chromium is not installed.');
  // Root, as in containers, has no sandbox. The pages are this repository's own, without a network.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: program,
    timeout: PATIENCE,
    args: isRoot ? ['--no-sandbox'] : [],
  });
}

export const screens = {
  desktop: { viewport: { width: 1400, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
} satisfies Record<string, BrowserContextOptions>;

/** A page of the site as a reader without a server opens it. */
export async function show(page: Page, file: string): Promise<void> {
  await page.goto(pathToFileURL(join(site, file)).href);
}

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, and requests that left the files. */
  readonly complaints: string[];
}

/** A window with a page of the site. */
export async function open(
  browser: Browser,
  file: string,
  options: BrowserContextOptions,
): Promise<OpenPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => /error|warning/.test(message.type()) && complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => /^(?:file|data):/.test(request.url()) || complaints.push(request.url()));
  await show(page, file);
  return { page, complaints };
}

/** What axe finds against WCAG 2.2 AA, with the elements. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: { id: string; nodes: { target: unknown[] }[] }[] = await page.evaluate(`
    axe.run({ preload: false, resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target }) => ({ target })) })))`);
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}
