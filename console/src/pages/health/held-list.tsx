import { useIsOperator } from '../../api/use-role.ts';
import { useAsk } from '../../api/hooks.ts';
import {
  HeldCallbacksDocument,
  type HeldCallbacksQuery,
  type QuarantineFilter,
} from '../../api/operations.generated.ts';
import { CredentialsNote } from '../../parts/credentials.tsx';
import { Answered } from '../../parts/notices.tsx';
import { Time } from '../../parts/time.tsx';
import { serverText, t } from '../../translations/translate.ts';
import type { Asked } from './confirm.tsx';
import type { Decision } from './decide.ts';

type Held = NonNullable<HeldCallbacksQuery['quarantine']>['nodes'][number];

/** Milliseconds after which it is asked again. */
const refreshMs = 10_000;

/** What waits for a decision, each with its diagnosis: the newest hundred. */
export function HeldList(props: { readonly filter: QuarantineFilter; readonly choose: (asked: Asked) => void }) {
  const { filter, choose } = props;
  const answer = useAsk(HeldCallbacksDocument, { filter }, { refreshMs, keep: true });
  return (
    <Answered answer={answer}>
      {({ quarantine }) => (
        <>
          <ul className="held">
            {(quarantine?.nodes ?? []).map((held) => (
              <HeldItem key={held.id} held={held} choose={choose} />
            ))}
          </ul>
          {quarantine?.pageInfo.hasNextPage === true && <p className="quiet">{t('health.moreHeld')}</p>}
        </>
      )}
    </Answered>
  );
}

function HeldItem({ held, choose }: { readonly held: Held; readonly choose: (asked: Asked) => void }) {
  const { id, reason, receivedAt, appId, eventType, callbackEvent, body, bodyText, diagnosis } = held;
  const ask = (decision: Decision) =>
    choose({ decision, chosen: { kind: 'ids', ids: [id] }, count: 1, isCapped: false });
  const isOperator = useIsOperator();
  const event = callbackEvent ?? (eventType === null ? null : t('health.eventType', { type: eventType }));
  return (
    <li>
      <p>
        <strong>{t(`health.reason.${reason}`)}</strong> · <Time at={receivedAt} />
        {event !== null && <> · {event}</>}
        {appId !== null && <> · {t('health.account', { appId })}</>}
      </p>
      <p>
        {serverText(diagnosis.summary)} <span className="quiet">{serverText(diagnosis.advice)}</span>
      </p>
      {(body !== null || bodyText !== null) && (
        <details>
          <summary>{t('health.body')}</summary>
          <CredentialsNote />
          <pre tabIndex={0}>{bodyText ?? JSON.stringify(body, null, 2)}</pre>
        </details>
      )}
      {isOperator && (
        <p className="chips">
          {reason !== 'UNREADABLE' && (
            <button type="button" onClick={() => ask('release')}>
              {t('health.release.one')}
            </button>
          )}
          <button type="button" onClick={() => ask('discard')}>
            {t('health.discard.one')}
          </button>
        </p>
      )}
    </li>
  );
}
