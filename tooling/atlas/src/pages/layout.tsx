import { type Service, services } from '@codezest/schema-docs';
import type { ComponentChildren, VNode } from 'preact';
import { paths } from '../paths.js';

export interface Crumb {
  readonly title: string;
  readonly href: string;
}

export interface Page {
  /** As `paths` gives it. */
  readonly path: string;
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly body: VNode;
}

export const crumbOf = (service: Service | 'shared'): Crumb[] =>
  service === 'shared'
    ? [{ title: 'functions', href: paths.functions }]
    : [{ title: service, href: paths.service(service) }];

/** The frame of every page. Scripts are classic ones: a browser loads no modules from files. */
export function Layout({ title, crumbs = [], body }: Page): VNode {
  return (
    <html lang="en" data-root="@/">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · CodeZest databases`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="@/assets/pico.css" />
        <link rel="stylesheet" href="@/assets/atlas.css" />
        <script src="@/assets/theme.js" />
        <script src="@/assets/atlas.js" defer />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <Header />
        <main id="content" class="container-fluid" tabIndex={-1}>
          {crumbs.length > 0 && (
            <nav aria-label="breadcrumb">
              <ul>
                <li>
                  <a href={paths.home}>atlas</a>
                </li>
                {crumbs.map(({ title: name, href }) => (
                  <li key={href}>
                    <a href={href}>{name}</a>
                  </li>
                ))}
              </ul>
            </nav>
          )}
          <h1>{title}</h1>
          {body}
        </main>
      </body>
    </html>
  );
}

function Header(): VNode {
  return (
    <header class="container-fluid top">
      <nav aria-label="Parts of the atlas">
        <ul>
          <li>
            <a href={paths.home}>
              <strong>atlas</strong>
            </a>
          </li>
          {services.map((service) => (
            <li key={service}>
              <a href={paths.service(service)}>{service}</a>
            </li>
          ))}
          <li>
            <a href={paths.functions}>functions</a>
          </li>
          <li>
            <a href={paths.events}>events</a>
          </li>
          <li>
            <a href={paths.errors}>errors</a>
          </li>
        </ul>
      </nav>
      <search>
        <label>
          <span class="visually-hidden">Search models, fields, rules, functions, events, errors</span>
          <input
            type="search"
            id="search"
            placeholder="Search (press /)"
            autocomplete="off"
            aria-controls="found"
          />
        </label>
        <div id="found" aria-live="polite" hidden />
      </search>
      <button type="button" id="theme" class="outline secondary" aria-label="Dark theme" aria-pressed="false">
        ◐
      </button>
    </header>
  );
}

export function LinkList({ children }: { children: ComponentChildren }): VNode {
  return <ul class="links">{children}</ul>;
}
