import type { CallbackAsSentFragment } from '../../api/operations.generated.ts';
import { showDuration } from '../../format/shown.ts';
import { t } from '../../translations/translate.ts';
import { Copy } from '../copy.tsx';
import { CredentialsNote } from '../credentials.tsx';
import { eventName } from '../event-name.ts';
import { Time } from '../time.tsx';

/** Callbacks, each of which opens to show it as sent. */
export function CallbackList({ callbacks }: { readonly callbacks: readonly CallbackAsSentFragment[] }) {
  return (
    <div className="callback-list">
      {callbacks.map((callback) => (
        <details key={callback.id}>
          <summary>
            <strong>{eventName(callback.eventType, callback.callbackEvent)}</strong>
            <How callback={callback} />
            <Released by={callback.releasedBy} />
          </summary>
          <Body callback={callback} />
        </details>
      ))}
    </div>
  );
}

/** How one callback arrived, and its body, below words that say what it is about. */
export function CallbackAsSent({ callback }: { readonly callback: CallbackAsSentFragment }) {
  return (
    <details className="as-sent">
      <summary>{t('session.showBody')}</summary>
      <p>
        <How callback={callback} />
      </p>
      <Body callback={callback} />
    </details>
  );
}

/** Who has let a callback in that was in quarantine; nothing of others. */
export function Released({ by }: { readonly by: string | null }) {
  return by !== null && <span className="quiet">{t('audit.releasedBy', { who: by })}</span>;
}

function How({ callback }: { readonly callback: CallbackAsSentFragment }) {
  const { occurredAt, receivedAt, signature, deliveries } = callback;
  const delayMs = occurredAt ? Date.parse(receivedAt) - Date.parse(occurredAt) : null;
  return (
    <>
      <span>
        {t('session.occurred')} <Time at={occurredAt} />
      </span>
      <span>
        {t('session.arrived')} <Time at={receivedAt} />
        {delayMs !== null && delayMs > 0 && ` (${t('session.delay', { duration: showDuration(delayMs) })})`}
      </span>
      <span className="quiet">{t('session.deliveries', { count: deliveries })}</span>
      <span className="quiet">{t(`session.authentic.${signature}`)}</span>
    </>
  );
}

function Body({ callback: { eventType, callbackEvent, body } }: { readonly callback: CallbackAsSentFragment }) {
  const text = JSON.stringify(body, null, 2);
  return (
    <div className="body-as-sent">
      <CredentialsNote />
      <Copy text={text} what={eventName(eventType, callbackEvent)} />
      <pre tabIndex={0} aria-label={t('session.showBody')}>
        {text}
      </pre>
    </div>
  );
}
