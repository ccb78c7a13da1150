import { Link } from 'wouter';
import { Notice } from '../parts/notices.tsx';
import { paths } from '../paths.ts';
import { t } from '../translations/translate.ts';

export function NotFound() {
  return (
    <Notice title={t('notice.notFound')} isView>
      <p>{t('notice.notFoundAdvice')}</p>
      <Link href={paths.live}>{t('nav.live')}</Link>
    </Notice>
  );
}
