import { type Client, foldActivityCounts, listActivityCounts } from '../../src/index.js';

/** For a chart: a point for each day on which something happened. */
export async function quizzesByDay(client: Client, from: Date, to: Date) {
  const days = await listActivityCounts(client, { from, to, by: 'day' }); // or by: 'hour'
  return days.map(({ from: day, counts }) => ({ day, quizzes: counts.QUIZ_COMPLETED }));
}

/** Every minute. */
export const addUp = (client: Client) => foldActivityCounts(client);
