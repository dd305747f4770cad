/** Content of an element: text, or elements in their order. What is undefined is left out. */
export type Content = string | readonly (Element | undefined)[];
export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | undefined>>;
  readonly content: Content;
}

export function el(name: string, content: Content | undefined, attributes = {}): Element | undefined {
  return content === undefined ? undefined : { name, attributes, content };
}

export function write({ name, attributes = {}, content }: Element): string {
  const pairs = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(value as string)}"`);
  const inner =
    typeof content === 'string'
      ? escaped(content)
      : content.map((each) => (each === undefined ? '' : write(each))).join('');
  return `<${name}${pairs.join('')}>${inner}</${name}>`;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
