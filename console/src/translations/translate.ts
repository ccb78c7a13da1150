import i18next from 'i18next';
import { en } from './en/index.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

/** Sentences of the API by their English text. */
type ServerTexts = Readonly<Record<string, string>>;

let serverTexts: ServerTexts = {};

interface Translation {
  readonly texts: object;
  readonly serverTexts: ServerTexts;
}

/** Each language is a file of its own, loaded only by its readers. */
const loaders: Readonly<Record<string, () => Promise<Translation>>> = {
  zh: () => import('./zh/index.ts'),
  ja: () => import('./ja/index.ts'),
  ko: () => import('./ko/index.ts'),
  id: () => import('./id/index.ts'),
};

/** The first of the browser's languages that the console has. */
export function chooseLanguage(wanted: readonly string[]): string {
  const known = ['en', ...Object.keys(loaders)];
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((language) => known.includes(language)) ?? 'en';
}

/** Loads the texts of the reader's language, before the first view. */
export async function loadTranslations(): Promise<void> {
  const language = chooseLanguage(navigator.languages);
  const texts = await loaders[language]?.().catch(() => undefined);
  serverTexts = texts?.serverTexts ?? {};
  await i18next.init({
    lng: texts === undefined ? 'en' : language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, ...(texts && { [language]: { translation: texts.texts } }) },
    // React escapes.
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = i18next.language;
}

/** The text of a key in the reader's language. */
export const t = i18next.t.bind(i18next);

/** A sentence that the API says in English, in the reader's language if it is translated. */
export function serverText(english: string): string {
  return serverTexts[english] ?? english;
}

/** The tag of the reader's language, for Intl. */
export const languageTag = (): string =>
  navigator.languages.find((tag) => tag.startsWith(i18next.language)) ?? i18next.language;
