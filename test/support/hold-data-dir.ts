import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.ts';
import { openLocalCommitter } from './local-committer.ts';

// A process of its own that holds a data directory until it is killed; run with tsx, the directory as its argument.
try {
  const store = openSqliteEventStore(process.argv[2] ?? '', Date.now, { openCommitter: openLocalCommitter });
  process.stdout.write(`held ${store.logId}\n`);
  process.stdin.resume();
} catch (error) {
  process.stdout.write(`refused ${(error as Error).name}: ${(error as Error).message}\n`);
}
