import { expect, test } from '@jest/globals';
import { threadModule } from '../../src/kernel/thread-module.ts';

test.each([
  ['file:///srv/live-ledger/dist/threads/start.js', 'file:///srv/live-ledger/dist/threads/a-thread.js'],
  ['file:///srv/live-ledger/src/threads/start.ts', 'file:///srv/live-ledger/dist/threads/a-thread.js'],
  ['file:///usr/src/live-ledger/src/threads/start.ts', 'file:///usr/src/live-ledger/dist/threads/a-thread.js'],
  ['file:///usr/src/live-ledger/dist/threads/start.js', 'file:///usr/src/live-ledger/dist/threads/a-thread.js'],
])('a thread that %s starts runs what was built: %s', (startedFrom, module) => {
  expect(threadModule(startedFrom, './a-thread').href).toBe(module);
});
