import type { TaskPageQuery } from '../../api/operations.generated.ts';
import { showClockBeside, showDateAndClock, showNumber } from '../../format/shown.ts';
import { Credentials } from '../../parts/credentials.tsx';
import { Name } from '../../parts/name.tsx';
import { toneOfExit } from '../../parts/tones.ts';
import { useNow } from '../../parts/use-now.ts';
import { t } from '../../translations/translate.ts';
import { errnoLikeness } from './exit-words.ts';
import { colourOfFile, fileName, loopOf } from './file-name.ts';
import { lanesOf, type Block, type Lane } from './lanes.ts';
import type { Play } from './plays.ts';

type Run = NonNullable<NonNullable<TaskPageQuery['relayTask']>['runs']>[number];

/** Width of a lane in units; it is stretched to the available width. */
const width = 1000;

/** In these units: wider blocks have a gap after them, so that repeated plays of one file are visible. */
const blockWidthForGapMin = 8;
const gap = 3;

/** Runs as lanes on one time scale, with plays of files as blocks and alarms as marks, each described in words. */
export function RunLanes(props: {
  readonly runs: readonly Run[];
  readonly plays: readonly Play[];
  readonly sourceUrls: readonly string[];
}) {
  const { runs, plays, sourceUrls } = props;
  const { lanes, fromMs, toMs } = lanesOf(runs, plays, useNow());
  return (
    <figure className="lanes">
      <ol>
        {lanes.map((lane) => (
          <li key={lane.run.number}>
            <LaneDrawing lane={lane} sourceUrls={sourceUrls} />
            <LaneWords run={lane.run} />
          </li>
        ))}
      </ol>
      <figcaption>
        <span>{showDateAndClock(fromMs)}</span>
        <span>{showDateAndClock(toMs)}</span>
      </figcaption>
    </figure>
  );
}

function LaneDrawing({ lane, sourceUrls }: { readonly lane: Lane<Run>; readonly sourceUrls: readonly string[] }) {
  const { run, from, to, blocks, alarms } = lane;
  return (
    <svg viewBox={`0 0 ${width} 20`} preserveAspectRatio="none" aria-hidden="true">
      <rect className="run" x={from * width} y={2} width={Math.max(2, (to - from) * width)} height={16} />
      {blocks.map((block) => (
        <PlayBlock
          key={`${block.index} ${block.fromMs}`}
          block={block}
          name={fileName(block.index, urlOf(run, block.index) ?? sourceUrls[block.index ?? -1])}
        />
      ))}
      {alarms.map(({ alarm, at }) => (
        <rect key={alarm.type} className="alarm" x={at * width - 2} y={0} width={4} height={20} />
      ))}
      {run.exitReceivedAt !== null && toneOfExit(run.exitCode) === 'other' && (
        <rect className="exit" x={to * width - 3} y={0} width={3} height={20} />
      )}
    </svg>
  );
}

function PlayBlock({
  block: { index, fromMs, toMs, from, to },
  name,
}: {
  readonly block: Block;
  readonly name: string;
}) {
  const wide = (to - from) * width;
  return (
    <rect
      className={`file ${colourOfFile(index)}`}
      x={from * width}
      y={4}
      width={wide >= blockWidthForGapMin ? wide - gap : Math.max(2, wide)}
      height={12}
    >
      <title>{`${name}: ${showDateAndClock(fromMs)} – ${toMs === null ? '' : showClockBeside(toMs, fromMs)}`}</title>
    </rect>
  );
}

const urlOf = (run: Run, index: number | null) => run.files?.find((file) => file.index === index)?.url;

function LaneWords({ run }: { readonly run: Run }) {
  const began = run.startedAt ?? run.startReceivedAt;
  const exited = run.exitedAt ?? run.exitReceivedAt;
  const likeness = errnoLikeness(run.exitCode);
  const loop = loopOf(run.files ?? []);
  return (
    <p>
      <strong>{t('task.run', { number: run.number })}</strong> {began === null ? t('unknown') : showDateAndClock(began)}{' '}
      –{' '}
      {exited === null
        ? t('task.stillRunning')
        : showClockBeside(Date.parse(exited), began === null ? null : Date.parse(began))}
      {exited !== null && ` · ${t('task.exit', { code: run.exitCode ?? run.exitCodeText ?? t('unknown') })}`}
      {likeness !== null && <span className="quiet"> ({t('task.looksLike', { words: likeness })})</span>}
      {run.exitMessage && (
        <span className="quiet">
          {' · '}
          <Credentials text={run.exitMessage} />
        </span>
      )}
      {run.attribution === 'BY_SOURCE_URLS' && <span className="quiet"> {t('task.bySource')}</span>}
      {run.files?.map(({ index, url, times }) => (
        <span key={index} className="quiet">
          {' · '}
          <span className={`swatch ${colourOfFile(index)}`} aria-hidden="true" /> <Name>{fileName(index, url)}</Name>{' '}
          {t('task.times', { n: showNumber(times) })}
        </span>
      ))}
      {loop !== null && (
        <span>
          {' '}
          · {t('task.loops', { count: loop.files, n: showNumber(loop.files), times: showNumber(loop.times) })}
        </span>
      )}
      {run.alarms?.map(({ type, times }) => (
        <span key={type} className="alarm-word">
          {' · '}
          {t('task.alarm', { type, times })}
        </span>
      ))}
    </p>
  );
}
