import { showNumber } from '../../format/shown.ts';
import { Shape } from '../../parts/marks.tsx';
import { t } from '../../translations/translate.ts';
import type { DomainGroup } from './domain-groups.ts';

/** The heading of a domain within the list: how many are live and silent. It folds the rows below it. */
export function DomainLine(props: {
  readonly group: DomainGroup;
  readonly rowIndex: number;
  readonly toggle: (domain: string | null) => void;
}) {
  const {
    group: { domain, live, silent, isCapped, isFolded },
    rowIndex,
    toggle,
  } = props;
  return (
    <tr className="domain-line" aria-rowindex={rowIndex}>
      <th scope="rowgroup" colSpan={7}>
        <button type="button" className="row-link" data-row="" aria-expanded={!isFolded} onClick={() => toggle(domain)}>
          {domain ?? t('unknown')}
        </button>
        <span className="quiet">{t('live.title', { n: showNumber(live) })}</span>
        {silent > 0 && (
          <span className="mark quiet">
            <Shape tone="unknown" />
            {t('live.silentCount', { n: showNumber(silent) + (isCapped ? '+' : '') })}
          </span>
        )}
      </th>
    </tr>
  );
}
