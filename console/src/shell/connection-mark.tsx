import { LedgerError, unreachable } from '../../../clients/core/errors.ts';
import { connection, following, type ConnectionState } from '../api/connection.ts';
import { useAsk, useStore } from '../api/hooks.ts';
import { ShellProjectionsDocument, type ShellProjectionsQuery } from '../api/operations.generated.ts';
import { serverAheadMs } from '../api/server-clock.ts';
import { useReadAt } from '../api/use-read-at.ts';
import { showClock, showClockBeside, showDuration, showFullTime } from '../format/shown.ts';
import { useNow } from '../parts/use-now.ts';
import { t } from '../translations/translate.ts';

/** Milliseconds between two checks of how far answers are behind the log, and the lag from which it is shown. */
const refreshMs = 10_000;
const behindMsMin = 3_000;

/** A few words, the same as a sentence, and whether screen readers stay silent when they change. */
interface Words {
  readonly mark: 'live' | 'behind' | 'lost' | 'connecting';
  readonly text: string;
  readonly sentence?: string;
  readonly isSilent?: boolean;
}

/**
 * Whether the view is current: changes arrive by themselves, or it was read at a time; how far it is behind, or since
 * when the connection is lost.
 */
export function ConnectionMark() {
  const state = useStore(connection);
  const isFollowing = useStore(following) > 0;
  const nowMs = useNow();
  const { data, error, dataUpdatedAt } = useAsk(ShellProjectionsDocument, {}, { refreshMs });
  const aheadMs = useStore(serverAheadMs);
  const readAtMs = useReadAt() ?? dataUpdatedAt;
  const { mark, text, sentence, isSilent } =
    state.state === 'lost'
      ? lost(state, nowMs)
      : isUnanswered(error)
        ? noAnswer()
        : (troubleOf(data) ?? (isFollowing ? followed(state) : asOf(data === undefined ? null : readAtMs + aheadMs)));
  return (
    <span className={`connection ${mark}`} title={sentence ?? text}>
      <span aria-hidden="true">{text}</span>
      <span className="only-heard" role="status" aria-live={isSilent === true ? 'off' : 'polite'}>
        {sentence ?? text}
      </span>
    </span>
  );
}

function isUnanswered(error: unknown): boolean {
  return error instanceof LedgerError && error.code === unreachable;
}

const noAnswer = (): Words => ({ mark: 'lost', text: t('connection.noAnswer') });
const connecting = (): Words => ({ mark: 'connecting', text: t('connection.connecting') });

function lost({ since }: ConnectionState, nowMs: number): Words {
  return {
    mark: 'lost',
    text: t('connection.lostShort', { ago: showDuration(nowMs - since) }),
    sentence: t('connection.lost', { time: showClockBeside(since, nowMs) }),
  };
}

/** The ledger has stopped, or is behind its log. */
function troubleOf(data: ShellProjectionsQuery | undefined): Words | undefined {
  const stalled = data?.projections?.find((projection) => projection.stalled);
  if (stalled) return { mark: 'lost', text: t('connection.stalled', { reason: stalled.stalledBecause ?? '' }) };
  const lagMs = Math.max(0, ...(data?.projections ?? []).map((projection) => projection.lagMs));
  if (lagMs < behindMsMin) return undefined;
  const behind = showDuration(lagMs);
  return {
    mark: 'behind',
    text: t('connection.catchingUp', { behind }),
    sentence: t('connection.catchingUpExplain', { behind }),
  };
}

function followed({ state }: ConnectionState): Words {
  if (state !== 'live') return connecting();
  return { mark: 'live', text: t('connection.live'), sentence: t('connection.liveExplain') };
}

/** A view without subscriptions shows when it was read. Screen readers do not announce each change of that. */
function asOf(readAtMs: number | null): Words {
  if (readAtMs === null) return connecting();
  const [time, fullTime] = [showClock(readAtMs), showFullTime(new Date(readAtMs).toISOString())];
  return {
    mark: 'live',
    text: t('connection.asOf', { time }),
    sentence: t('connection.asOfExplain', { time: fullTime }),
    isSilent: true,
  };
}
