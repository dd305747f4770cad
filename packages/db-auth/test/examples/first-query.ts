import { connect, disconnect, prisma } from '../../src/index.js';

export async function countAccounts(): Promise<number> {
  await connect(); // rejects on a database that does not answer
  try {
    return await prisma.user.count();
  } finally {
    await disconnect(); // and the script ends
  }
}
