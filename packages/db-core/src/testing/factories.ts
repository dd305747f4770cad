import { seedId } from '../seed/seed-id.js';

/** Makes rows of a package's models: `make.user()`, `make.session({ userId: user.id })`. */
export type Factories<Data, Rows extends Record<keyof Data, unknown>> = {
  readonly [Model in keyof Data]: (given?: Partial<Data[Model]>) => Promise<Rows[Model]>;
};

/**
 * The least that the rules accept of a model's nth row. Makes the rows it needs unless `given` names them; what else is
 * given takes the place of what the definition says.
 */
export type Definitions<Data, Rows extends Record<keyof Data, unknown>> = {
  readonly [Model in keyof Data]: (
    n: number,
    given: Partial<Data[Model]>,
    make: Factories<Data, Rows>,
  ) => object | Promise<object>;
};

type Delegate = { create(args: { data: object }): Promise<unknown> };

/**
 * Counts each model's rows from 1, so that two runs of a test write the same ids and texts: nothing is left to chance.
 * One set of factories per test database, because two would count alike.
 */
export function createFactories<Data extends object, Rows extends Record<keyof Data, unknown>>(
  client: { readonly [Model in keyof Data]: unknown },
  definitions: Definitions<Data, Rows>,
  withoutId: readonly (keyof Data)[] = [],
): Factories<Data, Rows> {
  const make: Record<string, (given?: object) => Promise<unknown>> = {};
  for (const model of Object.keys(definitions) as (keyof Data & string)[]) {
    let count = 0;
    make[model] = async (given = {}) => {
      count += 1;
      const n = count;
      const id = withoutId.includes(model) ? {} : { id: testId(model, n) };
      const defined = await definitions[model](n, given, make as Factories<Data, Rows>);
      return (client[model] as Delegate).create({ data: { ...id, ...defined, ...given } });
    };
  }
  return make as Factories<Data, Rows>;
}

/** The nth id of a kind, the same in every run; also for rows of other services, which have no factory here. */
export function testId<Kind extends string>(
  kind: Kind,
  n: number,
  at?: Date,
): ReturnType<typeof seedId<Kind>> {
  return seedId(kind, `test ${n}`, at);
}

/** The nth value of 32 bytes, as SHA-256 gives. */
export function testHash(n: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(28, n);
  return bytes;
}
