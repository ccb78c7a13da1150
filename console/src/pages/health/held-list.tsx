import {
  HeldCallbacksDocument,
  type HeldCallbacksQuery,
  type QuarantineFilter,
} from '../../api/operations.generated.ts';
import type { Order } from '../../api/use-param.ts';
import { usePages } from '../../api/use-pages.ts';
import { useIsOperator } from '../../api/use-role.ts';
import { CredentialsNote } from '../../parts/credentials.tsx';
import { Paged } from '../../parts/lists/paged.tsx';
import { Time } from '../../parts/time.tsx';
import { serverText, t } from '../../translations/translate.ts';
import type { Asked } from './confirm.tsx';
import type { Decision } from './decide.ts';

type Held = NonNullable<HeldCallbacksQuery['quarantine']>['nodes'][number];

/** Milliseconds between two queries. */
const refreshMs = 10_000;

/** Callbacks that wait for a decision, each with its diagnosis, in a selectable order. */
export function HeldList(props: {
  readonly filter: QuarantineFilter;
  readonly order: Order<'RECEIVED_AT'>;
  readonly choose: (asked: Asked) => void;
}) {
  const { filter, order, choose } = props;
  const variables = { filter, orderBy: order.by };
  const held = usePages(HeldCallbacksDocument, variables, (result) => result.quarantine, refreshMs);
  return (
    <Paged pages={held} order={order} none={null}>
      <ul className="held">
        {held.rows.map((each) => (
          <HeldItem key={each.id} held={each} choose={choose} />
        ))}
      </ul>
    </Paged>
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
