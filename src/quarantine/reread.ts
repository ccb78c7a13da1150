import { openQuarantine, type Quarantine, type QuarantineOptions } from './quarantine.ts';

/** The quarantine of a log that may be away at the start, and that other nodes append to. */
export interface RereadQuarantine extends Quarantine {
  /**
   * Counts again what the log holds: what others put there, and what came by the spool.
   * @throws StoreUnavailable - nothing has changed; may be retried
   */
  reread(): Promise<void>;
}

/** Begins with nothing held, within the same bounds, until it was read for the first time; each removal reads it again. */
export async function openRereadQuarantine(options: QuarantineOptions): Promise<RereadQuarantine> {
  let current = await openQuarantine({ ...options, store: { ...options.store, readStream: nothing } });
  const reread = async () => {
    current = await openQuarantine(options);
  };
  return {
    keep: (arrival) => current.keep(arrival),
    async removeOld(...given) {
      await reread();
      await current.removeOld(...given);
    },
    async removeDecided(...given) {
      await reread();
      await current.removeDecided(...given);
    },
    usage: (reason) => current.usage(reason),
    reread,
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- the port asks for an async one
async function* nothing(): AsyncIterable<never> {
  yield* [];
}
