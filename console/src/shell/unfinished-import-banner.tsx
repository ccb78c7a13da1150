import { useAsk } from '../api/hooks.ts';
import { ShellProjectionsDocument } from '../api/operations.generated.ts';
import { t } from '../translations/translate.ts';

/** Says across the page that an import was interrupted, and so that every view lacks a part. The mark of the connection asks again. */
export function UnfinishedImportBanner() {
  const { data } = useAsk(ShellProjectionsDocument, {});
  const unfinished = data?.projections?.find(({ unfinishedImport }) => unfinishedImport !== null);
  if (unfinished === undefined) return null;
  return (
    <p className="import-banner" role="status" title={unfinished.unfinishedImport ?? undefined}>
      {t('importUnfinished')}
    </p>
  );
}
