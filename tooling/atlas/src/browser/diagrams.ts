import Panzoom, { type PanzoomObject } from '@panzoom/panzoom';

const STEP = 60;

/** Zoom and move, by wheel, fingers, buttons and keys; and the layers of the overview. */
export function enableDiagrams(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('[data-diagram]')) enableDiagram(figure);
  for (const box of document.querySelectorAll<HTMLInputElement>('[data-layer]')) {
    const show = () => {
      for (const part of document.querySelectorAll(`svg .${box.dataset.layer}`))
        part.classList.toggle('off', !box.checked);
    };
    box.addEventListener('change', show);
    show();
  }
}

function enableDiagram(figure: HTMLElement): void {
  const view = figure.querySelector<HTMLElement>('.diagram-view');
  const paper = figure.querySelector<HTMLElement>('.diagram-paper');
  const svg = paper?.querySelector('svg');
  const tools = figure.querySelector<HTMLElement>('.diagram-tools');
  if (!view || !paper || !svg || !tools) return;
  view.classList.add('moves');
  const { width, height } = svg.viewBox.baseVal;
  // Points are three quarters of a pixel.
  svg.style.width = `${width * 1.33}px`;
  svg.style.height = `${height * 1.33}px`;
  tools.hidden = false;
  const panzoom = Panzoom(paper, {
    canvas: true,
    minScale: 0.05,
    maxScale: 4,
    step: 0.25,
    origin: '0 0',
    excludeClass: 'none',
  });
  const fit = () => fitInto(panzoom, view, svg);
  // Panzoom moves to its start in a task of its own.
  setTimeout(fit);

  // The wheel scrolls the page; with Ctrl, or two fingers on a pad, it zooms.
  view.addEventListener('wheel', (event) => event.ctrlKey && panzoom.zoomWithWheel(event), {
    passive: false,
  });
  const zoom = (factor: number) => {
    const { left, top, width: across, height: down } = view.getBoundingClientRect();
    panzoom.zoomToPoint(panzoom.getScale() * factor, { clientX: left + across / 2, clientY: top + down / 2 });
  };
  tools.addEventListener('click', ({ target }) => {
    const button = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-zoom]') : null;
    const action = button?.dataset.zoom;
    if (action === 'in') zoom(1.25);
    else if (action === 'out') zoom(0.8);
    else if (action === 'fit') fit();
    else if (action === 'full') {
      button?.setAttribute('aria-pressed', String(figure.classList.toggle('large')));
      fit();
    }
  });
  view.addEventListener('keydown', (event) => {
    const moves: Record<string, () => void> = {
      '+': () => zoom(1.25),
      '=': () => zoom(1.25),
      '-': () => zoom(0.8),
      '0': fit,
      ArrowLeft: () => panzoom.pan(STEP, 0, { relative: true }),
      ArrowRight: () => panzoom.pan(-STEP, 0, { relative: true }),
      ArrowUp: () => panzoom.pan(0, STEP, { relative: true }),
      ArrowDown: () => panzoom.pan(0, -STEP, { relative: true }),
    };
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  });
  // A link that is reached by Tab comes into view.
  svg.addEventListener(
    'focusin',
    ({ target }) => target instanceof Element && bringIntoView(panzoom, view, target),
  );
}

/** All of it where that can be read, else its width, from the top. */
function fitInto(panzoom: PanzoomObject, view: HTMLElement, svg: SVGSVGElement): void {
  const { width, height } = svg.getBoundingClientRect();
  const [across, down] = [width / panzoom.getScale(), height / panzoom.getScale()];
  const whole = Math.min(view.clientWidth / across, view.clientHeight / down);
  const scale = Math.min(1, Math.max(whole, 0.7), Math.max(view.clientWidth / across, 0.35));
  panzoom.zoom(scale, { force: true });
  panzoom.pan(Math.max(0, (view.clientWidth / scale - across) / 2), 0, { force: true });
}

function bringIntoView(panzoom: PanzoomObject, view: HTMLElement, target: Element): void {
  view.scrollTo(0, 0);
  const box = target.getBoundingClientRect();
  const room = view.getBoundingClientRect();
  const isInside =
    box.left >= room.left && box.right <= room.right && box.top >= room.top && box.bottom <= room.bottom;
  if (isInside) return;
  const scale = panzoom.getScale();
  const toCenter = (from: number, size: number, start: number, length: number) =>
    (start + length / 2 - from - size / 2) / scale;
  panzoom.pan(
    toCenter(box.left, box.width, room.left, room.width),
    toCenter(box.top, box.height, room.top, room.height),
    { relative: true },
  );
}
