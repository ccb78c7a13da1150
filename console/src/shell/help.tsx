import { useEffect, useRef } from 'react';
import { t } from '../translations/translate.ts';
import { goKeys } from './use-keys.ts';

/** The keys, in a dialog. */
export function Help({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const keys = [
    ['/', t('nav.search')],
    ['j', t('help.next')],
    ['k', t('help.previous')],
    ['Enter', t('help.open')],
    ...Object.entries(goKeys).map(([key, { view }]) => [`g ${key}`, t('help.go', { view: t(`nav.${view}`) })]),
    ['?', t('help.help')],
  ] as const;
  return (
    <dialog ref={dialog} className="help" onClose={close} aria-labelledby="help-title">
      <h2 id="help-title">{t('help.title')}</h2>
      <dl>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => dialog.current?.close()}>
        {t('close')}
      </button>
    </dialog>
  );
}
