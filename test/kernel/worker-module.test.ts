import { expect, test } from '@jest/globals';
import { workerModule } from '../../src/kernel/worker-module.ts';

test.each([
  ['file:///srv/live-ledger/dist/src/wiring/start.js', 'file:///srv/live-ledger/dist/src/wiring/a-thread.js'],
  ['file:///srv/live-ledger/src/wiring/start.ts', 'file:///srv/live-ledger/dist/src/wiring/a-thread.js'],
  ['file:///usr/src/live-ledger/src/wiring/start.ts', 'file:///usr/src/live-ledger/dist/src/wiring/a-thread.js'],
  ['file:///usr/src/live-ledger/dist/src/wiring/start.js', 'file:///usr/src/live-ledger/dist/src/wiring/a-thread.js'],
])('a thread that %s starts runs what was built: %s', (startedFrom, module) => {
  expect(workerModule(startedFrom, './a-thread').href).toBe(module);
});
