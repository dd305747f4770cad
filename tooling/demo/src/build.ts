import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pc from 'picocolors';
import { CommandFailedError } from './run-command.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds what has changed since the last build. On a terminal one line tells that it goes on; its output is shown when it fails. */
export async function buildPackages(interrupted: AbortSignal): Promise<void> {
  const started = performance.now();
  const tell = (): void => {
    const seconds = Math.round((performance.now() - started) / 1_000);
    process.stderr.write(`\r${pc.dim(`Building the packages … ${seconds} s`)}`);
  };
  const ticking = process.stderr.isTTY ? setInterval(tell, 1_000) : undefined;
  try {
    await turbo(['run', 'bundle', '--output-logs=errors-only', '--log-order=grouped'], interrupted);
  } finally {
    clearInterval(ticking);
    if (ticking) process.stderr.write('\r\u001b[2K');
  }
}

function turbo(argv: string[], interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('turbo', argv, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    const stop = (): void => void child.kill();
    interrupted.addEventListener('abort', stop, { once: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      interrupted.removeEventListener('abort', stop);
      if (code === 0) resolve();
      else reject(new CommandFailedError(`The packages do not build:\n${output.trim()}`));
    });
  });
}
