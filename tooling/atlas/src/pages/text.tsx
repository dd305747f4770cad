import { Marked } from 'marked';
import type { ComponentChildren, VNode } from 'preact';

const marked = new Marked({
  gfm: true,
  renderer: {
    // A comment's `Promise<void>` is a word, not an element.
    html: ({ text }) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
    // Leads to a place in the repository, which the site does not have.
    link: ({ text }) => text,
    image: ({ text }) => text,
  },
});

/** A comment of the source: Markdown as its authors write it, with `{@link Name}` as code. */
export function Prose({ text }: { text: string }): VNode {
  const html = marked.parse(text.replaceAll(/\{@link ([^}]+)\}/g, '`$1`'), { async: false });
  return <div class="prose" dangerouslySetInnerHTML={{ __html: html }} />;
}

/** The same within a line. */
export function Words({ text }: { text: string }): VNode {
  const html = marked.parseInline(text.replaceAll(/\s+/g, ' ').replaceAll(/\{@link ([^}]+)\}/g, '`$1`'), {
    async: false,
  });
  return <span dangerouslySetInnerHTML={{ __html: html }} />;
}

export function Code({ text, label }: { text: string; label: string }): VNode {
  // What scrolls can be reached by keyboard, and says what it is.
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls needs the keyboard
    <section class="code" aria-label={label} tabIndex={0}>
      <pre>
        <code>{text}</code>
      </pre>
    </section>
  );
}

/** A table that scrolls by itself on a narrow screen. Nothing where it has no rows. */
export function Table({
  label,
  head,
  children,
}: {
  label: string;
  head: string[];
  children: VNode[];
}): VNode | null {
  if (children.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls needs the keyboard
    <section class="scrolls" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

export function Section({
  title,
  id,
  children,
}: {
  title: string;
  id?: string;
  children: ComponentChildren;
}): VNode {
  return (
    <section id={id}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Elements with commas between them. */
export function Listed({ items }: { items: VNode[] }): VNode {
  return <>{items.flatMap((item, at) => (at === 0 ? [item] : [', ', item]))}</>;
}

export function Diagram({ svg, caption }: { svg: string; caption: string }): VNode {
  return (
    <figure class="diagram" data-diagram>
      <div class="diagram-tools" hidden>
        <button type="button" data-zoom="in" class="outline" aria-label="Zoom in">
          +
        </button>
        <button type="button" data-zoom="out" class="outline" aria-label="Zoom out">
          −
        </button>
        <button type="button" data-zoom="fit" class="outline">
          Fit
        </button>
        <button type="button" data-zoom="full" class="outline" aria-pressed="false">
          Large
        </button>
      </div>
      <section
        class="diagram-view"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move what it shows
        tabIndex={0}
        aria-label={`${caption} Arrow keys move it, plus and minus zoom.`}
      >
        <div class="diagram-paper" dangerouslySetInnerHTML={{ __html: svg }} />
      </section>
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
