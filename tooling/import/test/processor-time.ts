import { readdirSync, readFileSync } from 'node:fs';
import type { Client } from 'pg';

const TICKS_PER_SECOND = 100;

/** Seconds of processor time that the server of this session has used, with all its processes that live or have ended. Linux. */
export async function serverSeconds(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const server = statOf(rows[0]?.pid ?? 0).parent;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [statOf(Number(name))];
      } catch {
        return [];
      }
    })
    .filter(({ parent }) => parent === server);
  return [statOf(server).withEnded, ...children.map(({ own }) => own)].reduce((sum, each) => sum + each, 0);
}

function statOf(pid: number): { parent: number; own: number; withEnded: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name in brackets, which may hold spaces: the state, the parent, and so on.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = (...at: number[]) =>
    at.reduce((sum, each) => sum + (fields[each] ?? 0), 0) / TICKS_PER_SECOND;
  return { parent: fields[1] ?? 0, own: ticks(11, 12), withEnded: ticks(11, 12, 13, 14) };
}
