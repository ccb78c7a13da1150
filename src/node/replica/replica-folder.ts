import path from 'node:path';

/** Milliseconds that a start waits for EventStoreDB before it continues with what the node has. */
export const firstAnswerMsMax = 3_000;

/** The folder of a query node's copy of the log and of the read models built from it. */
export function copyFolder(dataDir: string): string {
  return path.join(dataDir, 'copy');
}
