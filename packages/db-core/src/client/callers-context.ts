import { AsyncResource } from 'node:async_hooks';

/**
 * The async context of whoever calls now. What waits for a connection is sent by whoever releases one, and would otherwise
 * run in the context of that one: a tracer would put the statement into the trace of somebody else.
 */
export function callersContext(): AsyncResource {
  // Nothing is to be told when it is collected, so that V8 need not watch it.
  return new AsyncResource('codezest.statement', { requireManualDestroy: true });
}
