// The arguments with which the Prisma CLI starts a schema engine.
import { parseArgs } from 'node:util';

/**
 * @param {string[]} argv without node and script
 * @returns {{ datamodels: string[], datasource: { url?: string, shadowDatabaseUrl?: string }, oneShot?: string }}
 */
export function parseCommandLine(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      datamodels: { type: 'string', multiple: true, default: [] },
      datasource: { type: 'string', default: '{}' },
      'enabled-preview-features': { type: 'string' },
      'extension-types': { type: 'string' },
      version: { type: 'boolean' },
    },
  });
  const [group, oneShot] = positionals;
  if (group !== undefined && (group !== 'cli' || oneShot === undefined)) {
    throw new Error(`The schema engine does not know the command "${positionals.join(' ')}".`);
  }
  return {
    datamodels: values.datamodels,
    datasource: JSON.parse(values.datasource),
    oneShot,
    version: values.version,
  };
}
