import { useState } from 'react';
import type { FactOfOperatorFragment } from '../../api/operations.generated.ts';
import { useIsOperator } from '../../api/use-role.ts';
import { showFullTime } from '../../format/shown.ts';
import { t } from '../../translations/translate.ts';
import { Time } from '../time.tsx';
import './operator-facts.css';
import { FactDialog, type Asked } from './fact-dialog.tsx';

/**
 * What operators stated about a session or a task, and how to state more. Viewers can only read it. Shows nothing to
 * them if there are no statements.
 */
export function OperatorFacts(props: {
  /** Id of the session or task. */
  readonly id: string;
  readonly facts: readonly FactOfOperatorFragment[];
  /** Whether it is a session that no interruption has ended. */
  readonly canClose?: boolean;
  /** Whether a past state is shown, about which nothing can be stated. */
  readonly isPast?: boolean;
}) {
  const { id, facts, canClose = false, isPast = false } = props;
  const mayState = useIsOperator() === true && !isPast;
  const [asked, ask] = useState<Asked | null>(null);
  if (facts.length === 0 && !mayState) return null;
  return (
    <section className="section" aria-labelledby="facts">
      <h2 id="facts">{t('facts.title')}</h2>
      {facts.length > 0 && (
        <ol className="operator-facts">
          {facts.map((fact) => (
            <Fact key={fact.id} fact={fact} withdraw={mayState ? () => ask({ kind: 'WITHDRAW', fact }) : null} />
          ))}
        </ol>
      )}
      {mayState && (
        <p className="chips">
          <button type="button" onClick={() => ask({ kind: 'NOTE', id })}>
            {t('facts.NOTE.ask')}
          </button>
          {canClose && (
            <button type="button" onClick={() => ask({ kind: 'CLOSED', id })}>
              {t('facts.CLOSED.ask')}
            </button>
          )}
        </p>
      )}
      {asked !== null && <FactDialog asked={asked} close={() => ask(null)} />}
    </section>
  );
}

function Fact({ fact, withdraw }: { readonly fact: FactOfOperatorFragment; readonly withdraw: (() => void) | null }) {
  const { kind, text, at, by, endedAt, withdrawal } = fact;
  return (
    <li className={withdrawal === null ? undefined : 'withdrawn'}>
      <p className="quiet">
        <strong>{t(`facts.kind.${kind}`)}</strong> · {by ?? t('facts.unnamed')} · <Time at={at} />
        {endedAt !== null && ` · ${t('facts.endedAt', { time: showFullTime(endedAt) })}`}
      </p>
      <p className="said">{text}</p>
      {withdrawal !== null && (
        <p>
          <strong>{t('facts.withdrawn')}</strong> · {withdrawal.by ?? t('facts.unnamed')} · <Time at={withdrawal.at} />{' '}
          · <span className="said">{withdrawal.reason}</span>
        </p>
      )}
      {withdrawal === null && withdraw !== null && (
        <button type="button" onClick={withdraw}>
          {t('facts.WITHDRAW.ask')}
        </button>
      )}
    </li>
  );
}
