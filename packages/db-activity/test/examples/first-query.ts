import { connect, disconnect, prisma } from '../../src/index.js';

export async function countActivity(): Promise<number> {
  await connect(); // rejects on a database that does not answer
  try {
    return await prisma.userActivity.count();
  } finally {
    await disconnect(); // and the script ends
  }
}
