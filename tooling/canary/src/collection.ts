import { inspect } from 'node:util';
import { printed } from './printed.js';
import type { Evidence } from './search.js';

/** All that came out of the packages, but for the dumps and the server's log. */
export interface Collection {
  add(place: string, text: string): void;
  addError(service: string, error: unknown): void;
  addEvent(service: string, event: unknown): void;
  readonly evidence: readonly Evidence[];
  readonly counts: { errors: number; events: number; consoleLines: number };
  /** From here on what is written to the console and to the process's streams is collected, and no longer shown. */
  captureConsole(): () => void;
}

export function createCollection(): Collection {
  const evidence: Evidence[] = [];
  const counts = { errors: 0, events: 0, consoleLines: 0 };
  const add = (place: string, text: string): void => void evidence.push({ place, text });
  return {
    evidence,
    counts,
    add,
    addError(service, error) {
      counts.errors += 1;
      add(`${service}: error ${counts.errors}`, printed(error));
    },
    addEvent(service, event) {
      counts.events += 1;
      add(`${service}: event`, inspect(event, { depth: 9 }));
    },
    captureConsole() {
      const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
      const originals = methods.map((method) => console[method]);
      const streams = [process.stdout, process.stderr];
      const writes = streams.map((stream) => stream.write);
      const note = (...parts: unknown[]): void => {
        counts.consoleLines += 1;
        add('console', parts.map((part) => (typeof part === 'string' ? part : inspect(part))).join(' '));
      };
      const onWarning = (warning: Error): void => note(inspect(warning));
      for (const method of methods) console[method] = note;
      for (const stream of streams) {
        stream.write = ((chunk: string | Uint8Array) => {
          note(Buffer.from(chunk as Uint8Array).toString());
          return true;
        }) as typeof stream.write;
      }
      process.on('warning', onWarning);
      return () => {
        for (const [index, method] of methods.entries())
          console[method] = originals[index] as typeof console.log;
        for (const [index, stream] of streams.entries()) stream.write = writes[index] as typeof stream.write;
        process.off('warning', onWarning);
      };
    },
  };
}
