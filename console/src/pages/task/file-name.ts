import { t } from '../../translations/translate.ts';

/** The name of a source file: its position in the list of sources, from 1. */
export function fileName(index: number | null): string {
  return t('live.file', { index: index === null ? t('unknown') : index + 1 });
}
