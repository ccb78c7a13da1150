import { withTimeLimit } from '../../kernel/clock.ts';
import { CopyAltered, LogRestored, LogUnusable, StoreUnavailable } from '../event-store.ts';
import { pageCharactersMax, readChange, readPage, type LogPage } from '../log-page.ts';
import {
  preparationMsMax,
  type CopyOptions,
  type LogSource,
  type CopiedChange,
  type LogReplica,
} from '../replication.ts';

/** Where the primary of a standby is, and what it is asked with. */
export interface PrimarySettings {
  readonly url: string;
  /** One of its STANDBY_TOKENS. */
  readonly token: string;
}

/** Milliseconds that a primary keeps a request for which it has no event yet. */
export const logWaitMsMax = 5_000;

/** Changes per transaction of what was removed: a line each. */
const removedAtOnceMax = 1_000;

/** The primary answered with this status, which says what is wrong. */
class Answered extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

interface Asking {
  readonly primary: PrimarySettings;
  readonly replica: LogReplica;
  readonly signal: AbortSignal;
}

/**
 * Asks the primary, and reads its answer. Both together have a limited time, which reading may prolong.
 * @throws Answered - with another status than 200
 */
function ask<Read>(
  { primary: { url, token }, signal }: Asking,
  route: string,
  read: (answer: Response, prolong: () => void) => Promise<Read>,
): Promise<Read> {
  return withTimeLimit({ ms: logWaitMsMax + preparationMsMax, signal }, async (limited, prolong) => {
    const answer = await fetch(`${url}/${route}`, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: limited,
    });
    if (answer.status === 200) return read(answer, prolong);
    await answer.body?.cancel();
    throw new Answered(answer.status);
  });
}

/** What follows the replica. @throws LogUnusable - the log is not the one that was copied */
async function getPage(asking: Asking, waitMs: number): Promise<LogPage> {
  const { replica } = asking;
  const after = replica.checkpoint()?.commit ?? 0n;
  const digest = replica.newestDigest()?.toString('hex') ?? '';
  const text = await ask(asking, `log?after=${after}&digest=${digest}&waitMs=${waitMs}`, textOf).catch(
    (error: unknown) => {
      if (error instanceof Answered && error.status === 409) return null;
      throw error;
    },
  );
  const page = readPage(text ?? (await ask(asking, 'log?after=0', textOf)));
  const copied = replica.identity();
  if (copied !== null && copied.logId !== page.logId) throw new LogUnusable(otherLog);
  if (copied !== null && page.epoch < copied.epoch) throw new LogRestored(earlierEpoch);
  if (text === null) throw new LogRestored(otherHistory);
  return page;
}

/** Removes what was removed there since it was copied: erased and expired events must not live on here. */
async function copyRemoved(asking: Asking, upTo: bigint): Promise<void> {
  const { replica } = asking;
  const checkpoint = replica.checkpoint();
  await ask(asking, `log/removed?upTo=${upTo}`, async ({ body }, prolong) => {
    if (checkpoint === null || body === null) return;
    const logId = replica.identity()?.logId ?? '';
    let changes: CopiedChange[] = [];
    for await (const line of linesOf(body)) {
      changes.push(readChange(line, logId));
      if (changes.length < removedAtOnceMax) continue;
      replica.apply(changes, checkpoint);
      changes = [];
      // There may be millions: each thousand has the time of a page.
      prolong();
    }
    replica.apply(changes, checkpoint);
  });
}

async function copyPages(
  primary: PrimarySettings,
  { replica, signal, onCopied, onCaughtUp, onAnswered }: CopyOptions,
): Promise<void> {
  const asking = { primary, replica, signal };
  let isRemovedCopied = true;
  for (let waitMs = 0; !signal.aborted; waitMs = logWaitMsMax) {
    const { changes, upTo, endPosition, removedBefore } = await getPage(asking, waitMs);
    onAnswered(Number(endPosition - (replica.checkpoint()?.commit ?? 0n)));
    const wasRemoved = removedBefore !== replica.removedCount();
    if (changes.some(({ kind }) => kind === 'removed')) isRemovedCopied = false;
    const isAtEnd = changes.length === 0 || upTo >= endPosition;
    if (changes.length > 0) {
      replica.apply(changes, { commit: upTo, prepare: upTo });
      onCopied();
    }
    if (wasRemoved || (isAtEnd && !isRemovedCopied)) {
      await copyRemoved(asking, upTo);
      isRemovedCopied = true;
    }
    onAnswered(Number(endPosition - upTo));
    if (isAtEnd) onCaughtUp();
  }
}

/** The log of a primary, copied page by page over HTTP: each is checked by its digests and durable before the next is asked for. */
export function openPrimarySource(primary: PrimarySettings): LogSource {
  const closed = new AbortController();
  return {
    identify: (replica) => getPage({ primary, replica, signal: closed.signal }, 0),
    copy: (options) => copyPages(primary, options),
    explain(error) {
      if (error instanceof LogUnusable) return error;
      if (error instanceof CopyAltered || error instanceof StoreUnavailable) return error.message;
      if (error instanceof Answered) {
        return reasonOfStatus[error.status] ?? `The primary answers with status ${error.status}.`;
      }
      const code = String(((error as Error).cause as { readonly code?: unknown } | undefined)?.code);
      return /CERT|SELF_SIGNED|SIGNATURE/.test(code) ? notTrusted : 'The primary does not answer.';
    },
    close() {
      closed.abort();
      return Promise.resolve();
    },
  };
}

const reasonOfStatus: Readonly<Record<number, string>> = {
  401: 'The primary does not take the token: PRIMARY_TOKEN must be one of its STANDBY_TOKENS.',
  404: 'The primary does not serve its log: set STANDBY_TOKENS there. Or it is a standby itself, or has its log in EventStoreDB.',
  429: 'The primary has refused too many wrong tokens from this address, or its proxy too many requests.',
};

const notTrusted =
  'The certificate of the primary could not be verified. Name that of its authority by NODE_EXTRA_CA_CERTS.';

const otherLog =
  'The primary has another ledger than the one that was copied. Nothing was changed here. Correct PRIMARY_URL; or, if that is the ledger you want, move DATA_DIR away and start again: everything is copied anew.';
const earlierEpoch =
  'The primary is in an earlier epoch than the log that was copied: it was replaced by a standby that was promoted. Nothing was changed here. Set PRIMARY_URL to the primary that replaced it, and let no callback reach this one: docs/standby.md says what to do with it.';
const otherHistory =
  'The log of the primary has another history than the one that was copied, as after an older copy of it was restored or another standby was promoted. Nothing was changed here. If its log is the right one, move DATA_DIR away and start again: everything is copied anew. If this copy is, stop the primary and promote this standby.';

async function textOf(answer: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > pageCharactersMax) throw new CopyAltered('The primary has sent more than a page of its log.');
  }
  return text;
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > pageCharactersMax) throw new CopyAltered('The primary has sent more than a page of its log.');
  }
  // What was cut off has no end of its line.
  if (rest !== '') throw new CopyAltered('The answer of the primary was cut off.');
}
