import { readSchema, type Service } from '@codezest/schema-docs';

/** A column that takes what people or services write. */
export interface Input {
  /** As the client names the model: `oAuthAccount`. */
  readonly delegate: string;
  readonly field: string;
  readonly type: 'String' | 'Json' | 'Bytes';
  readonly list: boolean;
  /** Marked `@secret` in the schema. */
  readonly secret: boolean;
  readonly table: string;
  readonly column: string;
}

/** Every such column of a service's schema. */
export async function inputsOf(service: Service): Promise<Input[]> {
  const { models } = await readSchema(service);
  return models.flatMap(({ name, table, fields }) =>
    fields.flatMap(({ name: field, column, type, list, doc, nativeType }) => {
      if (type !== 'String' && type !== 'Json' && type !== 'Bytes') return [];
      if (nativeType === 'Uuid' || nativeType === 'Char(3)') return [];
      const delegate = name.charAt(0).toLowerCase() + name.slice(1);
      return [{ delegate, field, type, list, secret: /@secret\b/.test(doc), table, column } as const];
    }),
  );
}
