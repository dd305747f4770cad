import { connect, disconnect, prisma } from '../../src/index.js';

export async function countRecipients(): Promise<number> {
  await connect(); // rejects on a database that does not answer
  try {
    return await prisma.recipient.count();
  } finally {
    await disconnect(); // and the script ends
  }
}
