import type {
  EndSide,
  ForwardState,
  IncidentState,
  RelayTaskState,
  StreamSessionState,
} from '../api/operations.generated.ts';
import { t } from '../translations/translate.ts';
import { toneOfExit, toneOfSide, type Tone } from './tones.ts';

const shapes: Readonly<Record<Tone, string>> = {
  live: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z',
  client: 'M3.5 3.5h9v9h-9z',
  other: 'M8 2 14 13H2z',
  unknown: 'M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
};

/** The shape of a tone: disc, square, triangle, ring. */
export function Shape({ tone }: { readonly tone: Tone }) {
  return (
    <svg viewBox="0 0 16 16" width="10" height="10" aria-hidden="true" className={`shape ${tone}`}>
      <path d={shapes[tone]} />
    </svg>
  );
}

function Mark({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span className="mark">
      <Shape tone={tone} />
      {children}
    </span>
  );
}

/** The state of a session; for an end, the side that ended it. */
export function SessionMark(props: {
  readonly state: StreamSessionState;
  readonly side?: EndSide | undefined;
  readonly isSilent?: boolean;
}) {
  const { state, side = 'UNKNOWN', isSilent = false } = props;
  if (state === 'LIVE')
    return <Mark tone={isSilent ? 'unknown' : 'live'}>{t(isSilent ? 'state.SILENT' : 'state.LIVE')}</Mark>;
  if (state === 'SUPERSEDED') return <Mark tone="unknown">{t('state.SUPERSEDED')}</Mark>;
  if (state === 'CLOSED') return <Mark tone="unknown">{t('state.CLOSED')}</Mark>;
  return <Mark tone={toneOfSide(side)}>{t('state.ENDED')}</Mark>;
}

/** The side that ended a push, in a word. */
export function SideMark({ side }: { readonly side: EndSide }) {
  return <Mark tone={toneOfSide(side)}>{t(`side.${side}`)}</Mark>;
}

/** Whether an incident goes on. */
export function IncidentMark({ state }: { readonly state: IncidentState }) {
  const tones = { ONGOING: 'other', RECOVERING: 'other', OVER: 'live' } as const;
  return <Mark tone={tones[state]}>{t(`incident.state.${state}`)}</Mark>;
}

/** The state of forwarding to a target. */
export function TargetMark({ state }: { readonly state: ForwardState }) {
  const tones = { RUNNING: 'live', FAILING: 'other', PAUSED: 'unknown' } as const;
  return <Mark tone={tones[state]}>{t(`forwarding.state.${state}`)}</Mark>;
}

/**
 * The state of a relay task; for an exit, its code. CSS documents no codes: no alert is about 0, and a code that is not
 * a number, such as that of a task that CSS moves, is not known to be a fault.
 */
export function TaskMark(props: {
  readonly state: RelayTaskState;
  readonly exitCode: number | null;
  readonly exitCodeText: string | null;
}) {
  const { state, exitCode } = props;
  const code = exitCode ?? props.exitCodeText;
  if (state !== 'EXITED') return <Mark tone={state === 'RUNNING' ? 'live' : 'unknown'}>{t(`taskState.${state}`)}</Mark>;
  if (exitCode === 0) return <Mark tone="client">{t('taskState.FINISHED')}</Mark>;
  if (code === null) return <Mark tone="unknown">{t('taskState.EXITED')}</Mark>;
  return <Mark tone={toneOfExit(exitCode)}>{t('taskState.EXITED_CODE', { code })}</Mark>;
}
