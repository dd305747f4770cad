import { withoutValues } from '../errors/without-values.js';
import { connect } from '../migrations/connect.js';
import type { QueryingClient } from '../sql/statement.js';
import type { CommandContext } from './command-context.js';

/** A session without Prisma, as the other long work has it: no limit in time, on the server itself. */
export async function withSession<Result>(
  context: CommandContext,
  work: (client: QueryingClient) => Promise<Result>,
): Promise<Result> {
  const { client: session } = await connect(context.migrationTarget());
  try {
    return await work({
      async $queryRawUnsafe<Rows>(text: string, ...values: unknown[]) {
        try {
          return (await session.query(text, values)).rows as Rows;
        } catch (error) {
          throw withoutValues(error);
        }
      },
    });
  } finally {
    await session.end();
  }
}
