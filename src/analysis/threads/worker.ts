// An analysis thread. It reads the read models that answer on a separate connection, so that queries over many rows delay
// neither the main thread nor the projection.
import { statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { LedgerError } from '../../kernel/errors.ts';
import { AnalysisCancelled, Analyst } from '../analyst-table.ts';
import { limitConnection } from '../../projecting/file/limited-connection.ts';
import { openReadModelForReading, isDamage } from '../../projecting/file/read-model-file.ts';
import type { AnalysisMessage, AnalysisRequest, Asked } from './start.ts';

const port = parentPort;
if (port === null) throw new Error('This module runs as a worker thread.');
const send = (message: AnalysisMessage) => port.postMessage(message);

/** Of one file: for those who see everything, and for those who see only what is inside their scopes. */
let open: { readonly file: string; whole: Analyst | null; limited: Analyst | null } | null = null;

function close(): void {
  open?.whole?.close();
  open?.limited?.close();
  open = null;
}

function analystOf(file: string, isLimited: boolean): Analyst {
  if (open?.file !== file) {
    close();
    open = { file, whole: null, limited: null };
  }
  return (open[isLimited ? 'limited' : 'whole'] ??= openAnalyst(file, isLimited));
}

function openAnalyst(file: string, isLimited: boolean): Analyst {
  const db = openReadModelForReading(file);
  return new Analyst(db, isLimited ? limitConnection(db) : null);
}

function answer({ file, questions, scope, nowMs, msMax, cancelled }: Asked): AnalysisMessage {
  try {
    const isCancelled = () => Atomics.load(cancelled, 0) !== 0;
    const analyst = analystOf(file, scope !== null);
    return { kind: 'answered', analysis: analyst.answer(questions, { isCancelled, nowMs, msMax }, scope) };
  } catch (error) {
    if (error instanceof AnalysisCancelled) return { kind: 'cancelled' };
    if (error instanceof LedgerError) return { kind: 'refused', code: error.code, message: error.message };
    const reason = (error as Error).message;
    if (!isDamage(error) && statSync(file, { throwIfNoEntry: false }) !== undefined) return { kind: 'failed', reason };
    close();
    return { kind: 'damaged', file, reason };
  }
}

port.on('message', (request: AnalysisRequest) => {
  if (request.kind === 'ask') send(answer(request));
  else {
    // A replaced file that stays open would keep its space on the disk.
    close();
    if (request.kind === 'stop') port.close();
  }
});
