import { openSqliteEventStore } from '../../src/log/sqlite/sqlite-event-store.ts';
import { openLocalCommitter } from './local-committer.ts';

// Run with tsx and a data directory as its argument: locks the directory until it is killed.
try {
  const store = openSqliteEventStore(process.argv[2] ?? '', Date.now, { openCommitter: openLocalCommitter });
  process.stdout.write(`locked ${store.logId}\n`);
  process.stdin.resume();
} catch (error) {
  process.stdout.write(`refused ${(error as Error).name}: ${(error as Error).message}\n`);
}
