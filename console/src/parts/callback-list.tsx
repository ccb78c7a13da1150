import type { CallbackAsSentFragment } from '../api/operations.generated.ts';
import { showDuration } from '../format/shown.ts';
import { t } from '../translations/translate.ts';
import { Copy } from './copy.tsx';
import { eventName } from './event-name.ts';
import { Time } from './time.tsx';

/** Callbacks, each of which opens as it was sent. */
export function CallbackList({ callbacks }: { readonly callbacks: readonly CallbackAsSentFragment[] }) {
  return (
    <div className="callback-list">
      {callbacks.map((callback) => (
        <OneCallback key={callback.id} callback={callback} />
      ))}
    </div>
  );
}

function OneCallback({ callback }: { readonly callback: CallbackAsSentFragment }) {
  const { eventType, callbackEvent, occurredAt, receivedAt, signature, deliveries, body } = callback;
  const name = eventName(eventType, callbackEvent);
  const text = JSON.stringify(body, null, 2);
  const delayMs = occurredAt ? Date.parse(receivedAt) - Date.parse(occurredAt) : null;
  return (
    <details>
      <summary>
        <strong>{name}</strong>
        <span>
          {t('session.occurred')} <Time at={occurredAt} />
        </span>
        <span>
          {t('session.arrived')} <Time at={receivedAt} />
          {delayMs !== null && delayMs > 0 && ` (${t('session.delay', { duration: showDuration(delayMs) })})`}
        </span>
        <span className="quiet">{t('session.deliveries', { count: deliveries })}</span>
        <span className="quiet">{t(`session.authentic.${signature}`)}</span>
      </summary>
      <div className="body-as-sent">
        <Copy text={text} what={name} />
        <pre tabIndex={0} aria-label={t('session.showBody')}>
          {text}
        </pre>
      </div>
    </details>
  );
}
