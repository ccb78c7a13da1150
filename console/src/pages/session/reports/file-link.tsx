import { useIsOperator } from '../../../api/use-role.ts';
import { t } from '../../../translations/translate.ts';

/** A link to a file that CSS saved, for operators only: viewers receive its address without what opens it. */
export function FileLink({ url }: { readonly url: string | null }) {
  const isOperator = useIsOperator() === true;
  // Anyone who may send callbacks chooses this text: an address with a script must not become a link.
  if (!isOperator || url === null || !/^https?:\/\//i.test(url)) return null;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {t('reports.open')}
    </a>
  );
}
