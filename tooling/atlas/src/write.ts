// Writes the site into `dist`.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { render } from 'preact-render-to-string';
import { build } from 'tsup';
import { readAtlas } from './facts/atlas.js';
import { pagesOf } from './pages/all.js';
import { Layout } from './pages/layout.js';
import { fileOf, withRelativeLinks } from './paths.js';
import { searchEntries } from './search-entries.js';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '../dist');
const atlas = await readAtlas();
const pages = pagesOf(atlas);

rmSync(target, { recursive: true, force: true });
for (const page of pages) {
  const file = fileOf(page.path);
  write(file, `<!doctype html>\n${withRelativeLinks(render(Layout(page)), file)}\n`);
}
// A script in place of JSON: a page that was opened from a file may fetch nothing.
write('assets/search-entries.js', `window.atlasEntries=${JSON.stringify(searchEntries(atlas))};\n`);
copyFileSync(
  createRequire(import.meta.url).resolve('@picocss/pico/css/pico.min.css'),
  join(target, 'assets/pico.css'),
);
copyFileSync(join(here, 'browser/atlas.css'), join(target, 'assets/atlas.css'));
await build({
  config: false,
  silent: true,
  entry: { atlas: join(here, 'browser/atlas.ts'), theme: join(here, 'browser/theme.ts') },
  outDir: join(target, 'assets'),
  format: 'iife',
  outExtension: () => ({ js: '.js' }),
  platform: 'browser',
  target: 'es2022',
  noExternal: [/./],
  minify: true,
});
console.log(`The atlas has ${pages.length} pages: ${join(target, 'index.html')}`);

function write(file: string, text: string): void {
  const path = join(target, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
