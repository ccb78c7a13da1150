import { useReadsCredentials } from '../../../api/use-role.ts';
import { t } from '../../../translations/translate.ts';

/** A link to a file that CSS saved, for admins only: others receive its address without what opens it. */
export function FileLink({ url }: { readonly url: string | null }) {
  const opens = useReadsCredentials() === true;
  // Anyone who may send callbacks chooses this text: an address with a script must not become a link.
  if (!opens || url === null || !/^https?:\/\//i.test(url)) return null;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {t('reports.open')}
    </a>
  );
}
