import { useStore } from '../../api/hooks.ts';
import { AuditPageDocument, type AuditFilter } from '../../api/operations.generated.ts';
import { usePages } from '../../api/use-pages.ts';
import { useParam } from '../../api/use-param.ts';
import { useAuditSeen } from '../../api/use-role.ts';
import { timeZone } from '../../format/zone.ts';
import { useSettled } from '../../parts/hooks.ts';
import { ListHead, Paged } from '../../parts/lists/paged.tsx';
import { Loading, Notice } from '../../parts/notices.tsx';
import { PeriodChoice, periodParam } from '../../parts/period/period-choice.tsx';
import { periodOf, type Period } from '../../parts/period/period.ts';
import { useNow } from '../../parts/use-now.ts';
import { t } from '../../translations/translate.ts';
import { AuditTable } from './audit-table.tsx';
import { actions, outcomes } from './audit-words.ts';

/** Milliseconds between two queries. */
const refreshMs = 30_000;

/** Milliseconds without a key press before the typed name is looked for. */
const pauseMs = 300;

/** Who did what, for those who may see it. */
export function Audit() {
  const seen = useAuditSeen();
  if (seen === undefined) return <Loading />;
  if (seen !== 'NOTHING') return <Entries isWhole={seen === 'ALL'} />;
  return (
    <Notice title={t('audit.title')} isView>
      <p>{t('audit.notYours')}</p>
    </Notice>
  );
}

function Entries({ isWhole }: { readonly isWhole: boolean }) {
  const [who, setWho] = useParam('who');
  const [actionParam, setAction] = useParam('action');
  const [outcomeParam, setOutcome] = useParam('outcome');
  const [window, setWindow] = useParam(periodParam);
  const zone = useStore(timeZone);
  const nowMs = useNow();
  const period = window === null ? null : periodOf(window, nowMs, zone);
  const name = useSettled((who ?? '').trim(), pauseMs);
  const action = actions.find((each) => each === actionParam);
  const outcome = outcomes.find((each) => each === outcomeParam);
  const filter: AuditFilter = {
    ...(name !== '' && { who: { eq: name } }),
    ...(action && { action: { eq: action } }),
    ...(outcome && { outcome: { eq: outcome } }),
    ...(period && { at: within(period) }),
  };
  const pages = usePages(AuditPageDocument, { filter }, ({ audit }) => audit, refreshMs);
  const isAll = Object.keys(filter).length === 0;
  return (
    <div className="stack">
      <header className="section">
        <h1>{t('audit.title')}</h1>
        <p className="quiet">{t(isWhole ? 'audit.explain' : 'audit.explainOwn')}</p>
      </header>
      <PeriodChoice period={period} none={() => setWindow(null)} />
      <div className="chips">
        {isWhole && (
          <input
            className="filter"
            type="search"
            aria-label={t('audit.filterWho')}
            placeholder={t('audit.filterWho')}
            spellCheck={false}
            autoComplete="off"
            value={who ?? ''}
            onChange={({ target }) => setWho(target.value)}
          />
        )}
        <Choice
          label={t('audit.what')}
          any={t('audit.anyAction')}
          chosen={action}
          choose={setAction}
          of={actionWords}
        />
        <Choice
          label={t('audit.outcomeLabel')}
          any={t('audit.anyOutcome')}
          chosen={outcome}
          choose={setOutcome}
          of={outcomeWords}
        />
      </div>
      <section className="section">
        <ListHead title={t('audit.list')} list="audit" filter={filter} />
        <Paged pages={pages} none={<p>{t(isAll ? 'audit.none' : 'audit.noneMatches')}</p>}>
          <AuditTable rows={pages.rows} onWho={isWhole ? setWho : null} />
        </Paged>
      </section>
    </div>
  );
}

function within({ span, isOver }: Period): AuditFilter['at'] {
  const iso = (ms: number) => new Date(ms).toISOString();
  return { gte: iso(span.fromMs), ...(isOver && { lt: iso(span.toMs) }) };
}

const actionWords = () => actions.map((each) => [each, t(`audit.action.${each}`)] as const);
const outcomeWords = () => outcomes.map((each) => [each, t(`audit.outcome.${each}`)] as const);

/** One of several, or any. */
function Choice(props: {
  readonly label: string;
  readonly any: string;
  readonly chosen: string | undefined;
  readonly choose: (value: string | null) => void;
  readonly of: () => readonly (readonly [value: string, words: string])[];
}) {
  const { label, any, chosen, choose, of } = props;
  return (
    <select aria-label={label} value={chosen ?? ''} onChange={({ target }) => choose(target.value)}>
      <option value="">{any}</option>
      {of().map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  );
}
