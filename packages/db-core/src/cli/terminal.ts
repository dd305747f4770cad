import { createColors } from 'picocolors';

export type Colors = ReturnType<typeof createColors>;

/** The process's surroundings as parameters. */
export interface CliEnvironment {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: CliStream;
  readonly stderr: CliStream;
}

export interface CliStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Where the words go: results to stdout, progress and errors to stderr, so that a pipe gets results alone. */
export interface Terminal {
  readonly colors: Colors;
  readonly errorColors: Colors;
  print(line?: string): void;
  /** Part of a result that is longer than memory should hold. Node writes to files and pipes synchronously. */
  write(text: string): void;
  printError(line: string): void;
  json(value: unknown): void;
  /** A line without colours that the next one replaces on a terminal; in a log, where nothing can be replaced, it is left out. */
  passing(line: string): void;
}

export function createTerminal({ env, stdout, stderr }: CliEnvironment): Terminal {
  const errorColors = createColors(wantsColor(stderr, env));
  let passing = false;
  const clear = (): void => {
    if (passing) stderr.write('\r\u001b[2K');
    passing = false;
  };
  return {
    colors: createColors(wantsColor(stdout, env)),
    errorColors,
    print: (line = '') => {
      clear();
      stdout.write(`${line}\n`);
    },
    write: (text) => {
      clear();
      stdout.write(text);
    },
    printError: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    json: (value) => {
      clear();
      stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    passing: (line) => {
      if (!stderr.isTTY) return;
      clear();
      stderr.write(errorColors.dim(line.slice(0, (stderr.columns || 80) - 1)));
      passing = true;
    },
  };
}

/** https://no-color.org: any non-empty NO_COLOR. A log file gets no colours, whatever else a CI variable says. */
function wantsColor(stream: CliStream, env: CliEnvironment['env']): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1_000)} s`;
}

export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount.toLocaleString('en-US')} ${amount === 1 ? singular : plural}`;
}

export function indent(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}
