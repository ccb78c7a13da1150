import { Link } from 'wouter';
import type { EndingsQuery } from '../../api/operations.generated.ts';
import { showNumber, showShare } from '../../format/shown.ts';
import { SideMark } from '../../parts/marks.tsx';
import { RowLink } from '../../parts/lists/table.tsx';
import { toneOfSide } from '../../parts/tones.ts';
import { t } from '../../translations/translate.ts';
import { sharesOf, type SideCount } from './figures.ts';
import type { PathOf } from './selection.ts';
import { TonePatterns, ToneRect } from './tone-patterns.tsx';

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

/** All interruptions as one bar, with a part for each side and its name below, and again as rows in the same order. */
export function SideBar(props: {
  readonly total: { readonly ended: number; readonly interruptions: readonly SideCount[] };
  readonly live: EndingsQuery['live'];
  readonly pathOf: PathOf;
}) {
  const { total, live, pathOf } = props;
  const shares = sharesOf(total.interruptions);
  const liveNow = live && showNumber(live.totalCount) + (live.totalCountIsCapped ? '+' : '');
  return (
    <section className="section" aria-labelledby="by-side">
      <h2 id="by-side">{t('endings.bySide')}</h2>
      <p className="quiet">
        {t('endings.outOf', { n: showNumber(total.ended), count: total.ended })}
        {liveNow && ` ${t('endings.liveNow', { n: liveNow })}`}
      </p>
      <svg className="side-bar" width="100%" height="32" aria-hidden="true">
        <TonePatterns id="side" />
        {shares.map(({ side, sessions, share, before }) => (
          <Link key={side} href={pathOf({ side })} tabIndex={-1}>
            <title>{`${t(`side.${side}`)}: ${showNumber(sessions)}, ${showShare(share)}`}</title>
            <ToneRect tone={toneOfSide(side)} id="side" x={percent(before)} width={percent(share)} height="32" />
            {before > 0 && <rect className="gap" x={percent(before)} width="2" height="32" />}
          </Link>
        ))}
      </svg>
      <div className="side-labels" aria-hidden="true">
        {shares.map(({ side, share }) => (
          <span key={side}>
            <SideMark side={side} />
            {showShare(share)}
          </span>
        ))}
      </div>
      <table className="endings-table">
        <thead>
          <tr>
            <th scope="col">{t('endings.side')}</th>
            <th scope="col" className="number">
              {t('endings.count')}
            </th>
            <th scope="col" className="number">
              {t('endings.share')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shares.map(({ side, sessions, share }) => (
            <tr key={side}>
              <td>
                <RowLink to={pathOf({ side })}>
                  <SideMark side={side} />
                </RowLink>
                <span className="quiet means">{t(`sideMeans.${side}`)}</span>
              </td>
              <td className="number">{showNumber(sessions)}</td>
              <td className="number">{showShare(share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
