import type { EventContract } from '@codezest/db-types';
import type { Service } from '@codezest/schema-docs';
import type { FunctionFacts } from './facts/functions.js';

/**
 * Where pages are. `@/` stands for the top of the site until a page is written: then it becomes the way there from the
 * page's own folder, because a site that is opened from files has no root.
 */
export const paths = {
  home: '@/index.html',
  service: (service: Service) => `@/${service}/index.html`,
  part: (service: Service, part: string) => `@/${service}/parts/${part}.html`,
  model: (service: Service, name: string) => `@/${service}/models/${name}.html`,
  field: (service: Service, name: string, field: string) => `@/${service}/models/${name}.html#field-${field}`,
  enum: (service: Service, name: string) => `@/${service}/enums.html#${name}`,
  enums: (service: Service) => `@/${service}/enums.html`,
  machine: (service: Service, table: string) => `@/${service}/states/${table}.html`,
  migration: (service: Service, name: string) => `@/${service}/migrations/${name}.html`,
  functions: '@/functions.html',
  function: ({ owner, name }: Pick<FunctionFacts, 'owner' | 'name'>) => `@/${owner}/functions/${name}.html`,
  events: '@/events/index.html',
  event: ({ type, version }: EventContract) => `@/events/${type}.v${version}.html`,
  errors: '@/errors/index.html',
  error: (code: string) => `@/errors/${code}.html`,
};

/** Of a link of `paths`, the file within the site. */
export function fileOf(path: string): string {
  return path.replace(/^@\//, '').replace(/#.*$/, '');
}

/** A page's text with links that lead from its own folder. */
export function withRelativeLinks(html: string, file: string): string {
  const up = '../'.repeat(file.split('/').length - 1);
  return html.replaceAll(/(\s(?:xlink:)?(?:href|src|data-root)=")@\//g, `$1${up || './'}`);
}
