import type { Service } from '@codezest/schema-docs';

/** The model behind an entity such as `auth.user`. */
export function modelOfEntity(entity: string): { service: Service; model: string } {
  const [service = '', name = ''] = entity.split('.');
  const words = name.split('_').map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  return { service: service as Service, model: words.join('') };
}
