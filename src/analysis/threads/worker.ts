// An analysis thread. It reads the read models that answer on a separate connection, so that queries over many rows delay
// neither the main thread nor the projection.
import { statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { LedgerError } from '../../kernel/errors.ts';
import { AnalysisCancelled, Analyst } from '../analyst-table.ts';
import { openReadModelForReading } from '../../projecting/file/read-model-file.ts';
import { isDamage } from '../../projecting/file/damage.ts';
import type { AnalysisMessage, AnalysisRequest, Asked } from './start.ts';

const port = parentPort;
if (port === null) throw new Error('This module runs as a worker thread.');
const send = (message: AnalysisMessage) => port.postMessage(message);

let open: { readonly file: string; readonly analyst: Analyst } | null = null;

function close(): void {
  open?.analyst.close();
  open = null;
}

function analystOf(file: string): Analyst {
  if (open?.file !== file) {
    close();
    open = { file, analyst: new Analyst(openReadModelForReading(file)) };
  }
  return open.analyst;
}

function answer({ file, questions, nowMs, msMax, cancelled }: Asked): AnalysisMessage {
  try {
    const isCancelled = () => Atomics.load(cancelled, 0) !== 0;
    return { kind: 'answered', analysis: analystOf(file).answer(questions, { isCancelled, nowMs, msMax }) };
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
