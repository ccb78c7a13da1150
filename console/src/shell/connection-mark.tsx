import { ApiError, unreachable } from '../api/api-error.ts';
import { connection, type ConnectionState } from '../api/connection.ts';
import { useAsk, useStore } from '../api/hooks.ts';
import { ShellProjectionsDocument, type ShellProjectionsQuery } from '../api/operations.generated.ts';
import { showDuration } from '../format/shown.ts';
import { useNow } from '../parts/use-now.ts';
import { t } from '../translations/translate.ts';

/** Milliseconds between two looks at how far the answers are behind the log, and from when on it is worth a word. */
const refreshMs = 10_000;
const behindMsMin = 3_000;

/** Whether what is shown is of now: live, behind by how much, or lost since when. */
export function ConnectionMark() {
  const state = useStore(connection);
  const nowMs = useNow();
  const { data, error } = useAsk(ShellProjectionsDocument, {}, { refreshMs });
  const { mark, text } = state.state !== 'lost' && isUnanswered(error) ? noAnswer() : wordsOf(state, data, nowMs);
  return (
    <span className={`connection ${mark}`} role="status">
      {text}
    </span>
  );
}

function isUnanswered(error: unknown): boolean {
  return error instanceof ApiError && error.code === unreachable;
}

const noAnswer = () => ({ mark: 'lost', text: t('connection.noAnswer') });

function wordsOf(state: ConnectionState, data: ShellProjectionsQuery | undefined, nowMs: number) {
  if (state.state === 'lost') {
    return { mark: 'lost', text: t('connection.lostShort', { ago: showDuration(nowMs - state.since) }) };
  }
  const stalled = data?.projections?.find((projection) => projection.stalled);
  if (stalled) return { mark: 'lost', text: t('connection.stalled', { reason: stalled.stalledBecause ?? '' }) };
  const lagMs = Math.max(0, ...(data?.projections ?? []).map((projection) => projection.lagMs));
  if (lagMs >= behindMsMin) {
    return { mark: 'behind', text: t('connection.catchingUp', { behind: showDuration(lagMs) }) };
  }
  if (state.state === 'live') return { mark: 'live', text: t('connection.live') };
  // A view that follows nothing needs no socket; what it asked for is of now.
  return data === undefined
    ? { mark: 'connecting', text: t('connection.connecting') }
    : { mark: 'live', text: t('connection.upToDate') };
}
