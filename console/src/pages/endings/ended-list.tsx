import { Link, useSearchParams } from 'wouter';
import { useParam, useScope } from '../../api/use-param.ts';
import { showDateAndClock } from '../../format/shown.ts';
import { FilterChips } from '../../parts/lists/filter-chips.tsx';
import { Legend } from '../../parts/chart.tsx';
import { Notice } from '../../parts/notices.tsx';
import { SessionsList } from '../../parts/lists/sessions-list.tsx';
import { endTones } from '../../parts/tones.ts';
import { paths, withParams } from '../../paths.ts';
import { scopeFilterOf } from '../../scope.ts';
import { t } from '../../translations/translate.ts';
import { endedFilter, type EndingsSelection } from './selection.ts';

/** The sessions behind a mark of the view: usually the last to end, or to begin, first. */
export function EndedList({ selection }: { readonly selection: EndingsSelection }) {
  const [params] = useSearchParams();
  const scope = useScope();
  const { span, isPushed } = selection;
  const title = isPushed ? 'endings.pushedTitle' : 'endings.listTitle';
  const filter = { ...scopeFilterOf(scope), ...endedFilter(selection) };
  return (
    <div className="stack">
      <header className="section">
        <p>
          <Link href={withParams(paths.endings, { window: params.get('window') })}>{t('nav.endings')}</Link>
        </p>
        <h1>{t(title, { from: showDateAndClock(span.fromMs), to: showDateAndClock(span.toMs) })}</h1>
        <Chosen selection={selection} />
        <Legend tones={endTones} />
      </header>
      <SessionsList
        title={t('stream.sessions')}
        filter={filter}
        usual={isPushed ? 'STARTED_AT' : 'ENDED_AT'}
        none={
          <Notice title={t('endings.listNone')}>
            <p>{t('endings.empty')}</p>
          </Notice>
        }
      />
    </div>
  );
}

/** The filters besides the scope, each with a way to remove it. */
function Chosen({ selection: { domain, side, code } }: { readonly selection: EndingsSelection }) {
  const [, setDomain] = useParam('domain');
  const [, setSide] = useParam('side');
  const [, setCode] = useParam('code');
  return (
    <FilterChips
      filters={[
        domain !== null && { text: domain, remove: () => setDomain(null) },
        side != null && { text: t('endings.listSide', { side: t(`side.${side}`) }), remove: () => setSide(null) },
        code !== undefined && {
          text: t('endings.listCode', { code: code ?? t('endings.noCode') }),
          remove: () => setCode(null),
        },
      ]}
    />
  );
}
