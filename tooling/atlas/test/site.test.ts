import { domainFunctions } from '@codezest/checks/domain-functions';
import { read } from '@codezest/checks/repository';
import { eventContracts } from '@codezest/db-types';
import { schemaFiles, services } from '@codezest/schema-docs';
import { describe, expect, it } from 'vitest';
import { bytesOf, has, linksOf, pageFiles, readPage } from './site.js';

const pages = new Map(pageFiles().map((file) => [file, readPage(file)]));
const pageOf = (file: string) => pages.get(file) ?? '';

describe('the site', () => {
  it('has a page for each model of the schemas', () => {
    const models = services.flatMap((service) =>
      schemaFiles(service).flatMap(({ text }) =>
        [...text.matchAll(/^model (\w+)/gm)].map(([, name]) => `${service}/models/${name}.html`),
      ),
    );

    expect(models.length).toBeGreaterThan(80);
    expect(models.filter((file) => !pages.has(file))).toEqual([]);
  });

  it('has a page for each function of a service, with its signature', () => {
    const functions = services.flatMap((service) =>
      domainFunctions(service).map((name) => ({
        name,
        file: `${service}/functions/${name}.html`,
        shared: `shared/functions/${name}.html`,
      })),
    );

    expect(functions.length).toBeGreaterThan(200);
    const pageless = functions.filter(
      ({ name, file, shared }) =>
        !new RegExp(`<code>[^<]*\\b${name}\\b`).test(pageOf(file) || pageOf(shared)),
    );
    expect(pageless.map(({ file }) => file)).toEqual([]);
  });

  it('has a page for each error code of the reference, and for each event', () => {
    const codes = [...read('docs/errors.md').matchAll(/^\| `([A-Z_0-9]+)` \|/gm)].map(
      ([, code]) => `errors/${code}.html`,
    );

    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((file) => !pages.has(file))).toEqual([]);
    expect(
      eventContracts.filter(({ type, version }) => !pages.has(`events/${type}.v${version}.html`)),
    ).toEqual([]);
  });

  it('leads nowhere that is not there', () => {
    const anchors = new Map(
      [...pages].map(([file, html]) => [
        file,
        new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)),
      ]),
    );
    const links = [...pages].flatMap(([file, html]) =>
      linksOf(file, html).map((link) => ({ file, ...link })),
    );
    const broken = links.filter(
      ({ to, anchor }) => !has(to) || (anchor !== '' && !anchors.get(to)?.has(anchor)),
    );

    expect(links.length).toBeGreaterThan(5000);
    expect(broken.map(({ file, to, anchor }) => `${file}: ${to}#${anchor}`)).toEqual([]);
  });

  it('finds nothing that is not there', () => {
    const script = readPage('assets/search-entries.js');
    const entries = JSON.parse(script.slice(script.indexOf('['), script.lastIndexOf(']') + 1)) as string[][];
    const missing = entries.filter(([, , path = '']) => {
      const [file = '', anchor] = path.replace('@/', '').split('#');
      return !pages.has(file) || (anchor !== undefined && !pageOf(file).includes(`id="${anchor}"`));
    });

    expect(entries.length).toBeGreaterThan(1500);
    expect(missing).toEqual([]);
  });

  it('opens from files: no modules, no address of a server, no root', () => {
    const wrong = [...pages].filter(([, html]) =>
      /type="module"|\s(?:href|src)="(?:https?:|\/)|"@\//.test(html),
    );

    expect(wrong.map(([file]) => file)).toEqual([]);
  });

  it('loads less than 2 MB with the first page, the search included', () => {
    const assets = ['pico.css', 'atlas.css', 'atlas.js', 'theme.js', 'search-entries.js'].map(
      (name) => `assets/${name}`,
    );
    const largest = Math.max(
      ...[...pages.keys()].filter((file) => !file.includes('/migrations/')).map(bytesOf),
    );

    expect(assets.reduce((sum, file) => sum + bytesOf(file), largest)).toBeLessThan(2_000_000);
  });
});
