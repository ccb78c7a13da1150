import type { EndingsOfRowFragment } from '../../api/operations.generated.ts';
import { showHours, showNumber } from '../../format/shown.ts';
import { RowLink } from '../../parts/row-link.tsx';
import { Table } from '../../parts/table.tsx';
import { t } from '../../translations/translate.ts';
import type { PathOf } from './selection.ts';

/** Interruptions, pushed hours and reconnects of each domain. */
export function DomainsTable(props: {
  readonly rows: readonly EndingsOfRowFragment[];
  readonly isCut: boolean;
  readonly pathOf: PathOf;
}) {
  const { rows, isCut, pathOf } = props;
  if (rows.length === 0) return null;
  return (
    <section className="section" aria-labelledby="by-domain">
      <h2 id="by-domain">{t('endings.byDomain')}</h2>
      <Table
        label={t('endings.byDomain')}
        className="endings-table"
        columns={[
          { name: t('endings.domain') },
          { name: t('endings.count'), kind: 'number' },
          { name: t('endings.pushed'), kind: 'number' },
          { name: t('endings.reconnects'), kind: 'number' },
        ]}
      >
        {rows.map(({ domain, ended, pushedMs, reconnects }) => (
          <tr key={domain}>
            <td>{domain === null ? t('unknown') : <RowLink to={pathOf({ domain })}>{domain}</RowLink>}</td>
            <td className="number">{showNumber(ended)}</td>
            <td className="number">{showHours(pushedMs)}</td>
            <td className="number">{showNumber(reconnects)}</td>
          </tr>
        ))}
      </Table>
      {isCut && <p className="quiet">{t('endings.moreDomains', { n: showNumber(rows.length) })}</p>}
    </section>
  );
}
