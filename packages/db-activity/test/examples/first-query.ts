import { connect, prisma } from '../../src/index.js';

export async function countActivity(): Promise<number> {
  await connect(); // rejects on a database that does not answer
  return prisma.userActivity.count();
}
