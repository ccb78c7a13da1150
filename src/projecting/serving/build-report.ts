import type { Logger } from '../../kernel/logger.ts';
import { readModelVersion } from '../file/read-model-file.ts';

/** Milliseconds between two lines on the progress of a build: often enough to show progress, and too seldom to fill a log. */
const lineEveryMs = 10_000;

/** Writes the lines on one build of the read models to the log of the process. */
export interface BuildReport {
  progressed(): void;
  switchedIn(): void;
}

interface Reported {
  readonly file: string;
  readonly because: string;
  readonly lag: () => Promise<{ readonly events: number }>;
  readonly logger: Logger;
  /** Whether other read models answer meanwhile. */
  readonly isServing: boolean;
}

/** Reports that a build has begun. */
export function createBuildReport({ file, because, lag, logger, isServing }: Reported): BuildReport {
  const begunMs = performance.now();
  let lineMs = begunMs;
  const version = readModelVersion;
  logger.info(
    { version, file, because },
    isServing
      ? 'read models are built beside those that answer'
      : 'read models are built; queries are refused until they are complete',
  );
  const line = async () => {
    const { events: eventsLeft } = await lag();
    logger.info({ version, eventsLeft }, 'read models are being built');
  };
  return {
    progressed() {
      const nowMs = performance.now();
      if (nowMs - lineMs < lineEveryMs) return;
      lineMs = nowMs;
      // The log can't be read: the projection reports that.
      line().catch(() => undefined);
    },
    switchedIn() {
      const tookMs = Math.round(performance.now() - begunMs);
      logger.info({ version, file, tookMs }, 'the read models are complete, and answer from now on');
    },
  };
}
