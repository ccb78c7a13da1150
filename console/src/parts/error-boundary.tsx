import { Component, type ReactNode } from 'react';
import { t } from '../translations/translate.ts';
import { Notice } from './notices.tsx';

interface Props {
  readonly children: ReactNode;
  /** Called before what is inside is drawn again on request. */
  readonly onRetry?: () => void;
}

interface State {
  readonly error: Error | null;
}

/** Shows a fault of what is inside instead of a white page. Another `key` draws what is inside anew. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  private readonly retry = () => {
    this.props.onRetry?.();
    this.setState({ error: null });
  };

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <Notice title={t('notice.brokenTitle')}>
        <p>{t('notice.broken')}</p>
        <p className="quiet mono">{error.message}</p>
        <p className="chips">
          <button type="button" onClick={this.retry}>
            {t('notice.retry')}
          </button>
          <button type="button" onClick={() => location.reload()}>
            {t('notice.reload')}
          </button>
        </p>
      </Notice>
    );
  }
}
