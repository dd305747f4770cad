export const DAY_MS = 86_400_000;

/** Milliseconds of a time that the source has without a zone, in UTC. */
export function millisecondsOf(time: string): number {
  return Date.parse(/[Z+]|-\d{2}(:\d{2})?$/.test(time.slice(10)) ? time : `${time}Z`);
}

export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Not more than so much after another time. */
export function atMost(time: string, after: string, milliseconds: number): string {
  const latest = millisecondsOf(after) + milliseconds;
  return millisecondsOf(time) <= latest ? time : timeOf(latest);
}

/** The later of two times; null counts as no time. */
export function later(time: string | null, other: string): string {
  return time !== null && millisecondsOf(time) > millisecondsOf(other) ? time : other;
}
