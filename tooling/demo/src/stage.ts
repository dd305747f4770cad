import type { Service } from '@codezest/local-databases';

/** One thing that happened, as the screen and `--json` tell it. */
export interface Happening {
  readonly chapter: string;
  readonly service: Service;
  /** What happened, in a sentence about the learner. */
  readonly what: string;
  /** What came back that is worth showing. */
  readonly detail?: string;
  /** Rows written, 0 for a look-up. */
  readonly rows: number;
  readonly milliseconds: number;
}

export interface Told<Result> {
  readonly result: Result;
  readonly detail?: string;
  readonly rows?: number;
}

/** Plays the steps one after another, measures each, and hands it to whoever shows it. */
export class Stage {
  readonly happenings: Happening[] = [];
  #chapter = '';

  constructor(
    private readonly show: (happening: Happening, firstOfChapter: boolean) => void,
    private readonly interrupted: AbortSignal,
  ) {}

  chapter(title: string): void {
    this.#chapter = title;
  }

  async play<Result>(service: Service, what: string, act: () => Promise<Told<Result>>): Promise<Result> {
    this.interrupted.throwIfAborted();
    const started = performance.now();
    const { result, detail, rows = 0 } = await act();
    const milliseconds = performance.now() - started;
    const happening: Happening = { chapter: this.#chapter, service, what, detail, rows, milliseconds };
    this.show(happening, this.happenings.at(-1)?.chapter !== this.#chapter);
    this.happenings.push(happening);
    return result;
  }
}
