import { eventContracts, type JsonSchema } from '@codezest/db-types';

/** As much of a contract as a release promises. */
export interface ReleasedContract {
  readonly type: string;
  readonly version: number;
  readonly aggregateType: string;
  readonly producer: string;
  readonly final?: true;
  readonly payload: JsonSchema;
}

/** The contracts of the last release; before the first one, those that the packages of main agree on. */
export const RELEASED_EVENTS = 'tooling/checks/released-events.json';

/** What the events of db-types promise today. Who listens is not part of it: a new listener breaks nobody. */
export function currentContracts(): ReleasedContract[] {
  return eventContracts.map(({ consumers: _, ...promise }) => promise);
}

/**
 * Why services of the last release and of this one would not understand each other, one sentence each. Both directions
 * count: an old consumer reads what a new producer writes, and a new consumer reads what waits in an old outbox. So under
 * one version a payload may gain an optional property and nothing else.
 */
export function incompatibilities(
  released: readonly ReleasedContract[],
  current: readonly ReleasedContract[],
): string[] {
  return released.flatMap((before) => {
    const name = `${before.type} version ${before.version}`;
    const now = current.find(({ type, version }) => type === before.type && version === before.version);
    if (now === undefined) return [`${name} is gone: keep it until no outbox holds such an event.`];
    const terms = (['aggregateType', 'producer', 'final'] as const)
      .filter((term) => before[term] !== now[term])
      .map((term) => `${name} has another ${term}: give it a type of its own.`);
    return [
      ...terms,
      ...payloadChanges(before.payload, now.payload, '').map(
        (change) => `${name}: ${change} Make it version ${before.version + 1}.`,
      ),
    ];
  });
}

function payloadChanges(before: JsonSchema, now: JsonSchema, path: string): string[] {
  const place = path || 'the payload';
  if ('anyOf' in before && 'anyOf' in now) return payloadChanges(before.anyOf[0], now.anyOf[0], path);
  if (!isObject(before) || !isObject(now))
    return JSON.stringify(before) === JSON.stringify(now) ? [] : [`${place} accepts other values.`];
  const { properties, required } = now;
  return [
    ...Object.keys(before.properties)
      .filter((name) => !(name in properties))
      .map((name) => `${path}/${name} is gone.`),
    ...Object.entries(properties).flatMap(([name, schema]) => {
      const old = before.properties[name];
      if (old === undefined) return required.includes(name) ? [`${path}/${name} is new and required.`] : [];
      if (required.includes(name) !== before.required.includes(name))
        return [`${path}/${name} is ${required.includes(name) ? 'required' : 'optional'} now.`];
      return payloadChanges(old, schema, `${path}/${name}`);
    }),
  ];
}

function isObject(schema: JsonSchema): schema is Extract<JsonSchema, { type: 'object' }> {
  return 'type' in schema && schema.type === 'object';
}
