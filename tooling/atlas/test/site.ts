import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const site = fileURLToPath(new URL('../dist', import.meta.url));

/** Every page, relative to the site. */
export function pageFiles(): string[] {
  return readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html'))
    .sort();
}

export function readPage(file: string): string {
  return readFileSync(join(site, file), 'utf8');
}

export function has(file: string): boolean {
  return existsSync(join(site, file));
}

export function bytesOf(file: string): number {
  return statSync(join(site, file)).size;
}

/** Where the links of a page lead: files within the site, with the part after `#`. */
export function linksOf(file: string, html: string): { to: string; anchor: string }[] {
  return [...html.matchAll(/\s(?:xlink:)?(?:href|src)="([^"]*)"/g)]
    .map(([, link = '']) => link.replaceAll('&amp;', '&'))
    .filter((link) => !link.startsWith('data:'))
    .map((link) => {
      const [path = '', anchor = ''] = link.split('#');
      return { to: path === '' ? file : relative(site, join(site, file, '..', path)), anchor };
    });
}
