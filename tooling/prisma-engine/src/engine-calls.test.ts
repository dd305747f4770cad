import { expect, test, vi } from 'vitest';
import { createEngineCalls } from './engine-calls.mjs';
import { KnownError } from './errors.mjs';

function engineWith(methods: Record<string, () => Promise<unknown>>, failure?: Error) {
  const factory = { beginRequest: () => {}, problems: () => ({ failure }) };
  return createEngineCalls({ factory, start: async () => methods });
}

test('an answer that the engine made of queries which never reached the server is an error', async () => {
  const unreachable = new KnownError('P1001', 'no server');
  const call = engineWith(
    { diff: async () => ({ exitCode: 0, stdout: '-- This is an empty migration.' }) },
    unreachable,
  );

  await expect(call('diff', {})).rejects.toBe(unreachable);
});

test('the reason below SQL is shown in place of what the engine says about it', async () => {
  const unreachable = new KnownError('P1001', 'no server');
  const call = engineWith({ reset: () => Promise.reject(new Error('WASM_ERROR')) }, unreachable);

  await expect(call('reset', {})).rejects.toBe(unreachable);
});

test('a missing history is looked up and the call repeated, once', async () => {
  const lost = new Error('PostgreSQL shadow DB must be provided through an external factory');
  const evaluateDataLoss = vi.fn().mockRejectedValueOnce(lost).mockResolvedValueOnce({ migrationSteps: 1 });
  const diagnoseMigrationHistory = vi.fn().mockResolvedValue({});

  const answer = await engineWith({ evaluateDataLoss, diagnoseMigrationHistory })('evaluateDataLoss', {
    filters: 1,
  });

  expect(answer).toEqual({ migrationSteps: 1 });
  expect(diagnoseMigrationHistory).toHaveBeenCalledWith({ filters: 1, optInToShadowDatabase: true });
});

test('the engine is started once, even when that fails', async () => {
  const start = vi.fn().mockRejectedValue(new Error('broken'));
  const factory = { beginRequest: () => {}, problems: () => ({}) };
  const call = createEngineCalls({ factory, start });

  await expect(call('reset')).rejects.toThrow('broken');
  await expect(call('reset')).rejects.toThrow('broken');
  expect(start).toHaveBeenCalledOnce();
});
