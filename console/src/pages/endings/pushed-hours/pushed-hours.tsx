import { useState } from 'react';
import { useAsk, useStore } from '../../../api/hooks.ts';
import { PushedDomainsDocument } from '../../../api/operations.generated.ts';
import { useScopeFilter } from '../../../api/use-param.ts';
import { showNumber } from '../../../format/shown.ts';
import { slotsOf, type TimeSpan } from '../../../format/slots.ts';
import { timeZone } from '../../../format/zone.ts';
import { ListHead, More } from '../../../parts/lists/paged.tsx';
import { Answered } from '../../../parts/notices.tsx';
import { t } from '../../../translations/translate.ts';
import { ofDomains } from './pushed-rows.ts';
import { PushedTable } from './pushed-table.tsx';
import type { PathOf } from '../selection.ts';

/** Domains shown until the reader asks for more. */
const domainsFirst = 15;

/** Domains shown at most, and figures of a domain and a day: as many as an answer may have. The queries contain the numbers. */
const [domainsMax, figuresMax] = [60, 2_000];

/** How long each domain pushed on each day of the reader's zone, those that pushed most first. */
export function PushedHours(props: { readonly span: TimeSpan; readonly isOver: boolean; readonly pathOf: PathOf }) {
  const { span, isOver, pathOf } = props;
  const zone = useStore(timeZone);
  const filter = useScopeFilter();
  const [from, to] = [new Date(span.fromMs).toISOString(), new Date(span.toMs).toISOString()];
  const [rows, setRows] = useState(domainsFirst);
  const days = slotsOf(span, 'DAY', zone).length;
  const domainsShown = Math.min(domainsMax, Math.floor(figuresMax / days));
  const answer = useAsk(PushedDomainsDocument, { filter, from, to }, { keep: true });
  return (
    <Answered answer={answer}>
      {({ streamSessionStatistics: counted }) => {
        const domains = (counted?.rows ?? []).slice(0, domainsShown).map(({ domain }) => domain);
        const others = (counted?.rowCount ?? 0) - Math.min(rows, domains.length);
        if (domains.length === 0) return null;
        // A table with more rows than an answer may have is refused, so it gets only the domains that can be shown.
        const saved = domains.length < domainsShown ? filter : { ...filter, ...ofDomains(domains) };
        return (
          <section className="section" aria-labelledby="pushed-hours">
            <ListHead
              id="pushed-hours"
              title={t('endings.pushedHours')}
              list="streamSessionStatistics"
              filter={saved}
              from={from}
              to={to}
              more={{ groupBy: 'DOMAIN,DAY', timeZone: zone, fields: 'from,domain,pushedMs' }}
            />
            <p className="quiet">{t('endings.pushedExplain', { zone })}</p>
            <PushedTable domains={domains.slice(0, rows)} others={others} span={span} isOver={isOver} pathOf={pathOf} />
            <More more={rows < domains.length ? () => setRows(domainsShown) : null} isLoading={false} />
            {rows >= domains.length && others > 0 && (
              <p className="quiet">{t('endings.moreDomains', { n: showNumber(domains.length) })}</p>
            )}
          </section>
        );
      }}
    </Answered>
  );
}
