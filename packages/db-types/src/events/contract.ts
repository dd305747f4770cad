import type { Service } from '../references/service.js';
import type { SchemaOf } from './json-schema.js';

/** What one kind of event says, who tells it and who listens. */
export interface EventContract<
  Type extends string = string,
  Version extends number = number,
  AggregateType extends string = string,
  Payload = unknown,
> {
  /** A fact in the past tense, such as `user.registered`. */
  readonly type: Type;
  /** Of the payload. What old consumers cannot read is a new version, with an entry of its own. */
  readonly version: Version;
  /** Service and entity whose version orders the events, such as `auth.user`. */
  readonly aggregateType: AggregateType;
  readonly producer: Service;
  /** Whose inboxes get it. A service that does nothing with it is not in the list: personal data goes nowhere in vain. */
  readonly consumers: readonly Service[];
  /** After it, nothing that is told of the aggregate changes anything any more. */
  readonly final?: true;
  readonly payload: SchemaOf<Payload>;
}

export function contract<
  const Type extends string,
  const Version extends number,
  const AggregateType extends string,
  Payload,
>(
  terms: EventContract<Type, Version, AggregateType, Payload>,
): EventContract<Type, Version, AggregateType, Payload> {
  return terms;
}
