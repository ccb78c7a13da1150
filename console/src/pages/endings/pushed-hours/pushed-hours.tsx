import { useState } from 'react';
import { useAsk, useStore } from '../../../api/hooks.ts';
import { PushedDomainsDocument } from '../../../api/operations.generated.ts';
import { useScopeFilter } from '../../../api/use-param.ts';
import { showNumber } from '../../../format/shown.ts';
import type { TimeSpan } from '../../../format/slots.ts';
import { timeZone } from '../../../format/zone.ts';
import { ListHead, More } from '../../../parts/paged.tsx';
import { Answered } from '../../../parts/notices.tsx';
import { t } from '../../../translations/translate.ts';
import { ofDomains } from './pushed-rows.ts';
import { PushedTable } from './pushed-table.tsx';
import type { PathOf } from '../selection.ts';

/** Domains shown until the reader asks for more. */
const domainsFirst = 15;

/**
 * Domains shown at most: a month of days makes 1,920 figures, of the 2,000 that an answer may have. The query contains
 * the number.
 */
const domainsMax = 60;

/** How long each domain pushed on each day of the reader's zone, those that pushed most first. */
export function PushedHours({ span, pathOf }: { readonly span: TimeSpan; readonly pathOf: PathOf }) {
  const zone = useStore(timeZone);
  const filter = useScopeFilter();
  const [from, to] = [new Date(span.fromMs).toISOString(), new Date(span.toMs).toISOString()];
  const [rows, setRows] = useState(domainsFirst);
  const answer = useAsk(PushedDomainsDocument, { filter, from, to }, { keep: true });
  return (
    <Answered answer={answer}>
      {({ streamSessionStatistics: counted }) => {
        const domains = (counted?.rows ?? []).map(({ domain }) => domain);
        const others = (counted?.rowCount ?? 0) - Math.min(rows, domains.length);
        if (domains.length === 0) return null;
        // A table with more rows than an answer may have is refused, so it gets only the domains that can be shown.
        const saved = domains.length < domainsMax ? filter : { ...filter, ...ofDomains(domains) };
        return (
          <section className="section" aria-labelledby="pushed-hours">
            <ListHead
              id="pushed-hours"
              title={t('endings.pushedHours')}
              list="streamSessionStatistics"
              filter={saved}
              {...{ from, to }}
              more={{ groupBy: 'DOMAIN,DAY', timeZone: zone, fields: 'from,domain,pushedMs' }}
            />
            <p className="quiet">{t('endings.pushedExplain', { zone })}</p>
            <PushedTable domains={domains.slice(0, rows)} others={others} span={span} pathOf={pathOf} />
            <More more={rows < domains.length ? () => setRows(domainsMax) : null} isLoading={false} />
            {rows >= domainsMax && others > 0 && (
              <p className="quiet">{t('endings.moreDomains', { n: showNumber(domainsMax) })}</p>
            )}
          </section>
        );
      }}
    </Answered>
  );
}
