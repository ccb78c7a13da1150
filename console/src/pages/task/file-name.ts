import { t } from '../../translations/translate.ts';

/** What a source file is called: by its place in the list of sources, from 1. */
export function fileName(index: number | null): string {
  return t('live.file', { index: index === null ? t('unknown') : index + 1 });
}
