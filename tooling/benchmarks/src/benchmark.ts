/** What is measured. To add one: a file that exports it, and a line in bench.ts. */
export interface Benchmark {
  /** `pnpm bench <name>`. */
  readonly name: string;
  readonly summary: string;
  run(options: BenchmarkOptions): Promise<Report>;
}

export interface BenchmarkOptions {
  /** How long, or how often, each way is measured: 1 is enough for a look, the default of 3 for a figure to tell. */
  readonly effort: number;
  /** Sizes that take minutes to fill. */
  readonly large: boolean;
  /** Tells what is going on while it takes time. */
  progress(line: string): void;
}

export interface Report {
  readonly server: string;
  readonly tables: readonly Table[];
  readonly ratios: readonly Ratio[];
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A machine changes the figures, but hardly their ratios: these are what is aimed at. */
export interface Ratio {
  readonly name: string;
  readonly value: number;
  readonly aim?: { readonly atLeast: number } | { readonly atMost: number };
}
