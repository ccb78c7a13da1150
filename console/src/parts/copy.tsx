import { useState, type ReactNode } from 'react';
import { t } from '../translations/translate.ts';

/** A button beside a text that copies it. Absent if browsers do not allow it: over plain HTTP, except from this machine. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    // If the browser refuses, nothing says that the text was copied.
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  if (!isSecureContext) return null;
  return (
    <button type="button" className="copy" aria-label={t('copy', { what })} title={t('copy', { what })} onClick={copy}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        {copied ? <path d="M3 8.5 6.5 12 13 4.5" /> : <path d="M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z" />}
      </svg>
      <span role="status" className="only-heard">
        {copied ? t('copied') : ''}
      </span>
    </button>
  );
}

/** A text that is copied in full, as it is or as its link shows it, with the button that does so. */
export function Copied({
  text,
  what,
  children,
}: {
  readonly text: string;
  readonly what: string;
  readonly children?: ReactNode;
}) {
  return (
    <>
      {children ?? <span className="mono">{text}</span>} <Copy text={text} what={what} />
    </>
  );
}
