import MiniSearch from 'minisearch';

type Entry = [title: string, kind: string, path: string, words: string];

declare global {
  interface Window {
    atlasEntries?: Entry[];
  }
}

interface Document {
  id: number;
  title: string;
  words: string;
}

let index: MiniSearch<Document> | undefined;
let loading: Promise<void> | undefined;

const root = document.documentElement.dataset.root ?? './';

/** The list in the header. What there is to find is loaded with the first key: a reader who follows links never needs it. */
export function enableSearch(): void {
  const input = document.querySelector<HTMLInputElement>('#search');
  const found = document.querySelector<HTMLElement>('#found');
  if (!input || !found) return;

  input.addEventListener('focus', () => void load());
  input.addEventListener('input', () => void search(input, found));
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      input.focus();
    } else if (event.key === 'Escape' && !found.hidden) {
      found.hidden = true;
      input.focus();
    }
  });
  for (const element of [input, found]) {
    element.addEventListener('keydown', (event) => moveFocus(event as KeyboardEvent, input, found));
  }
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Node && !found.contains(target) && target !== input) found.hidden = true;
  });
}

function moveFocus(event: KeyboardEvent, input: HTMLInputElement, found: HTMLElement): void {
  const links = [...found.querySelectorAll('a')];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (event.key === 'ArrowDown') links[Math.min(at + 1, links.length - 1)]?.focus();
  else if (event.key === 'ArrowUp') (at > 0 ? links[at - 1] : input)?.focus();
  else if (event.key === 'Enter' && at === -1) links[0]?.click();
  else return;
  event.preventDefault();
}

function load(): Promise<void> {
  loading ??= new Promise<void>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}assets/search-entries.js`;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', reject);
    document.head.append(script);
  }).then(() => {
    index = new MiniSearch<Document>({
      fields: ['title', 'words'],
      // `User.emailVerified`, `users_email_check` and EMAIL_TAKEN are found by each of their words, and as a whole.
      tokenize: (text) => [
        ...text.split(/[^\p{L}\p{N}_]+/u),
        ...text.split(/[^\p{L}\p{N}]+|(?<=[a-z0-9])(?=[A-Z])/u),
      ],
      searchOptions: { boost: { title: 4 }, prefix: true, fuzzy: 0.15, combineWith: 'AND' },
    });
    index.addAll((window.atlasEntries ?? []).map(([title, , , words], id) => ({ id, title, words })));
  });
  return loading;
}

async function search(input: HTMLInputElement, found: HTMLElement): Promise<void> {
  const query = input.value.trim();
  await load();
  if (query !== input.value.trim() || index === undefined) return;
  found.hidden = query === '';
  const results = index.search(query).slice(0, 12);
  const items = results.map(({ id }) => {
    const [title, kind, path] = window.atlasEntries?.[id as number] ?? ['', '', '', ''];
    const link = document.createElement('a');
    link.href = path.replace('@/', root);
    const note = document.createElement('small');
    note.textContent = kind;
    link.append(title, note);
    const item = document.createElement('li');
    item.append(link);
    return item;
  });
  const list = document.createElement('ul');
  list.append(...items);
  const summary = document.createElement('p');
  summary.textContent = items.length === 0 ? 'Nothing found.' : '';
  found.replaceChildren(summary, list);
}
