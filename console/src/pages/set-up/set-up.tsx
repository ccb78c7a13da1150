import { useAsk, useLiveList } from '../../api/hooks.ts';
import { SetAsideDocument, SetUpDocument, type SetUpQuery } from '../../api/operations.generated.ts';
import { useStandby } from '../../api/use-standby.ts';
import { Copy } from '../../parts/copy.tsx';
import { Explained } from '../../parts/term.tsx';
import { Answered, Missed } from '../../parts/notices.tsx';
import { Elapsed } from '../../parts/time.tsx';
import { t } from '../../translations/translate.ts';
import { arrivals, isTest } from './arrivals.ts';
import { ArrivedTable } from './arrived-table.tsx';
import { RefusedRequests } from './refused-requests.tsx';
import { SetAside } from './set-aside.tsx';
import './set-up.css';
import { TestCallback } from './test-callback.tsx';

/** Rows of the list at the end: enough to see that callbacks arrive. */
const rowsShown = 10;

/** Milliseconds between two queries of keys and tokens, because somebody is setting them. */
const refreshMs = 5_000;

/** What to do until callbacks arrive, and whether they do. */
export function SetUp() {
  const answer = useAsk(SetUpDocument, {}, { refreshMs });
  const aside = useAsk(SetAsideDocument, {}, { refreshMs });
  const arrived = useLiveList('arrivals', arrivals);
  const { rows } = arrived;
  const newest = [...rows.values()]
    .sort((one, other) => (BigInt(one.position) < BigInt(other.position) ? 1 : -1))
    .slice(0, rowsShown);
  const first = newest.find((callback) => !isTest(callback));
  const setAside = aside.data?.quarantine ?? undefined;
  const refused = answer.data?.callbackSetup?.refused ?? [];
  const isKnown = arrived.isWhole && aside.data !== undefined && answer.data !== undefined;
  const headline = headlineOf({
    hasArrived: first !== undefined,
    isSetAside: setAside !== undefined && setAside.totalCount > 0,
    isRefused: refused.length > 0,
    isKnown,
  });
  const missed = [
    { what: t('setUp.arrivals'), error: arrived.error, retry: arrived.retry },
    { what: t('setUp.setAside'), error: aside.error, retry: aside.refetch },
  ].filter(({ error }) => error !== null);
  return (
    <div className="stack set-up">
      <header className="section">
        <h1>{t(`setUp.${headline}`)}</h1>
        {headline === 'arriving' && (
          <p>
            {t('setUp.newest')} <Elapsed since={first?.receivedAt} />
          </p>
        )}
        {headline === 'waiting' && (
          <p>
            <Explained text={t('setUp.waitingAdvice')} words={['css']} />
          </p>
        )}
        {headline === 'refusing' && <p>{t('setUp.refusingAdvice')}</p>}
        {headline === 'refusedAll' && <p>{t('setUp.refusedAdvice')}</p>}
        {missed.map((part) => (
          <Missed key={part.what} {...part} />
        ))}
      </header>
      {setAside !== undefined && setAside.totalCount > 0 && <SetAside list={setAside} />}
      <RefusedRequests refused={refused} />
      <Answered answer={answer}>
        {({ callbackSetup }) => callbackSetup && <Steps setup={callbackSetup} isWaiting={first === undefined} />}
      </Answered>
      {newest.length > 0 && (
        <section className="section" aria-labelledby="arrivals">
          <h2 id="arrivals">{t('setUp.arrivals')}</h2>
          <ArrivedTable callbacks={newest} />
        </section>
      )}
    </div>
  );
}

interface Found {
  readonly hasArrived: boolean;
  readonly isSetAside: boolean;
  readonly isRefused: boolean;
  /** Whether the others are known. */
  readonly isKnown: boolean;
}

function headlineOf({ hasArrived, isSetAside, isRefused, isKnown }: Found) {
  if (hasArrived) return 'arriving';
  if (isSetAside) return 'refusing';
  if (isRefused) return 'refusedAll';
  return isKnown ? 'waiting' : 'checking';
}

function Steps(props: { readonly setup: NonNullable<SetUpQuery['callbackSetup']>; readonly isWaiting: boolean }) {
  const { setup, isWaiting } = props;
  const { takesCallbacks, keys, tokens } = setup;
  const standby = useStandby()?.standby;
  const url = `${standby?.primary ?? location.origin}/callbacks/css${tokens > 0 ? '/<token>' : ''}`;
  const isLocal = /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);
  return (
    <>
      <section className="section" aria-labelledby="address">
        <h2 id="address">{t('setUp.addressTitle')}</h2>
        <p className="address">
          <code>{url}</code>
          <Copy text={url} what={t('setUp.address')} />
        </p>
        {!takesCallbacks && <p className="problem">{t(standby ? 'setUp.standby' : 'setUp.noRole')}</p>}
        {isLocal && <p>{t('setUp.local')}</p>}
        {tokens > 0 && <p>{t('setUp.tokenAdvice')}</p>}
      </section>
      <section className="section" aria-labelledby="secrets">
        <h2 id="secrets">
          {/* Until a callback arrives, the word is explained further up. */}
          <Explained text={t('setUp.secretsTitle')} words={isWaiting ? [] : ['css']} />
        </h2>
        <dl className="secrets">
          <Secret name={t('setUp.keys')} count={keys} set={t('setUp.keysSet')} missing={t('setUp.keysMissing')} />
          <Secret
            name={t('setUp.tokens')}
            count={tokens}
            set={t('setUp.tokensSet')}
            missing={t(keys > 0 ? 'setUp.tokensMissing' : 'setUp.tokensMissingToo')}
          />
        </dl>
      </section>
      <section className="section" aria-labelledby="at-css">
        <h2 id="at-css">{t('setUp.cssTitle')}</h2>
        <ol>
          <li>
            <Explained text={t('setUp.cssTemplate')} words={['push']} />
          </li>
          <li>{t('setUp.cssKey')}</li>
          <li>{t('setUp.cssDomain')}</li>
          <li>{t('setUp.cssRelay')}</li>
        </ol>
      </section>
      <TestCallback takesCallbacks={takesCallbacks} />
    </>
  );
}

function Secret(props: {
  readonly name: string;
  readonly count: number;
  readonly set: string;
  readonly missing: string;
}) {
  const { name, count, set, missing } = props;
  return (
    <div>
      <dt>
        {name}: <strong>{count > 0 ? t('setUp.isSet', { n: count }) : t('setUp.isMissing')}</strong>
      </dt>
      <dd>{count > 0 ? set : missing}</dd>
    </div>
  );
}
