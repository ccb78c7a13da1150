import type { Logger } from '../../src/kernel/logger.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { SpoolDrain, type DrainTarget } from '../../src/log/spool/spool-drain.ts';
import type { Spool } from '../../src/log/spool/spool.ts';

/** Drains until the spool is empty. */
export async function drainAll(spool: Spool, target: DrainTarget, logger: Logger = silentLogger): Promise<void> {
  if (spool.figures().events === 0) return;
  await new Promise<void>((resolve) => {
    const drain = new SpoolDrain({
      spool,
      target,
      logger,
      onEmptied: () => void drain.stop().then(resolve),
    });
  });
}
