import { derivedUuid, uuidOf } from '../../engine/ids.js';
import type { Source } from '../../engine/opened-source.js';
import type { Step } from '../../engine/step.js';
import { Values } from '../../values/values.js';

const MODULES = 'learning.modules';

/**
 * Prisma's own table of a relation between modules and modules. Its name is that of the relation, which the descriptions of
 * the earlier schema do not tell, so it is the table that begins with `_` and refers to modules twice. Of `prerequisites`
 * and `dependents` the latter comes first in the alphabet, so "A" is the module that is required.
 */
export async function prerequisiteSteps(source: Source): Promise<readonly Step[]> {
  const { rows } = await source.client.query<{ table: string }>(
    `SELECT c.conrelid::regclass::text AS name, r.relname AS table FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
     WHERE c.contype = 'f' AND c.confrelid = to_regclass('public.' || quote_ident($1)) AND r.relname LIKE '\\_%'
     GROUP BY 1, 2 HAVING count(*) = 2 ORDER BY 2 LIMIT 1`,
    [MODULES],
  );
  return rows.map(({ table }) => ({
    name: 'module_prerequisites',
    from: table,
    identity: ['A', 'B'],
    targets: [{ table: 'module_prerequisites' }],
    convert(row, { notes }) {
      const values = new Values(row, table, notes);
      const [required, module] = [values.text('A') ?? '', values.text('B') ?? ''];
      return {
        module_prerequisites: [
          {
            id: derivedUuid('learning.module_prerequisites', `${module} ${required}`),
            module_id: uuidOf(MODULES, module),
            prerequisite_id: uuidOf(MODULES, required),
          },
        ],
      };
    },
  }));
}
