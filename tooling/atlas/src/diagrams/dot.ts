import { instance } from '@viz-js/viz';

const graphviz = await instance();

/**
 * Graphviz writes colors as attributes. These stand for the roles of a shape; the style sheet gives each its color, so that
 * a diagram follows the light and the dark theme.
 */
export const colors = {
  line: '#000001',
  head: '#000002',
  body: '#000003',
  elsewhere: '#000004',
  event: '#000005',
  reference: '#000006',
  group: '#000007',
} as const;

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** The lines of a directed graph as an SVG that takes the size of its place. `label` says what a reader without eyes gets. */
export function svgOf(lines: string[], label: string): string {
  const dot = [
    'digraph {',
    `graph [bgcolor=transparent fontname=Helvetica fontsize=13 color="${colors.group}"]`,
    `node [fontname=Helvetica fontsize=11 color="${colors.line}" fillcolor="${colors.body}"]`,
    `edge [fontname=Helvetica fontsize=10 color="${colors.line}" arrowsize=0.7]`,
    ...lines,
    '}',
  ].join('\n');
  const svg = graphviz.renderString(dot, { format: 'svg' });
  return (
    svg
      .slice(svg.indexOf('<svg'))
      .replaceAll(/<!--[\s\S]*?-->\n?/g, '')
      // Names of nodes and edges of the graph's own language, which a screen reader would read.
      .replaceAll(/<title>[\s\S]*?<\/title>\n?/g, '')
      .replaceAll(/ xlink:title="[^"]*"/g, '')
      .replace(/<svg /, `<svg role="group" aria-label="${escaped(label)}" `)
      .replaceAll(/\s*\n\s*/g, '\n')
  );
}
