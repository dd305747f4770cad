import { connect, prisma } from '../../src/index.js';

export async function countAccounts(): Promise<number> {
  await connect(); // rejects on a database that does not answer
  return prisma.user.count({ where: { deletedAt: null } });
}
