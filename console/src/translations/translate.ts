import i18next from 'i18next';
import { en } from './en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

/** Sentences of the API by their English text. */
type ServerTexts = Readonly<Record<string, string>>;

let serverTexts: ServerTexts = {};

/** What a language's file has: the texts of the console by their keys, and sentences of the API. */
export interface Translation {
  readonly texts: object;
  readonly serverTexts: ServerTexts;
}

/** Each language is a file of its own, loaded only by its readers. */
const loaders: Readonly<Record<string, () => Promise<{ readonly default: Translation }>>> = {
  zh: () => import('./zh.json', { with: { type: 'json' } }),
  ja: () => import('./ja.json', { with: { type: 'json' } }),
  ko: () => import('./ko.json', { with: { type: 'json' } }),
  id: () => import('./id.json', { with: { type: 'json' } }),
};

/** The first of the browser's languages that the console has. */
export function chooseLanguage(wanted: readonly string[]): string {
  const known = ['en', ...Object.keys(loaders)];
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((language) => known.includes(language)) ?? 'en';
}

/** The languages of the browser, the preferred one first. */
let wantedLanguages: readonly string[] = [];

/** Loads the texts of the first of the browser's languages that there is, before the first view, and resolves with it. */
export async function loadTranslations(wanted: readonly string[]): Promise<string> {
  wantedLanguages = wanted;
  const language = chooseLanguage(wanted);
  const loaded = await loaders[language]?.().catch(() => undefined);
  await showTexts(loaded === undefined ? 'en' : language, loaded?.default);
  return i18next.language;
}

/** Shows texts in a language from now on, and in English what its translation lacks. */
export async function showTexts(language: string, translation?: Translation): Promise<void> {
  serverTexts = translation?.serverTexts ?? {};
  await i18next.init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, ...(translation && { [language]: { translation: translation.texts } }) },
    // React escapes.
    interpolation: { escapeValue: false },
  });
}

/** The text of a key in the reader's language. */
export const t = i18next.t.bind(i18next);

const numbers = /\d+(?:\.\d+)?/g;

/**
 * A sentence that the API says in English, in the reader's language if it is translated. One with numbers is translated by what it is
 * without them: the first is `{{1}}`, the second `{{2}}`.
 */
export function serverText(english: string): string {
  let count = 0;
  const translated = serverTexts[english] ?? serverTexts[english.replace(numbers, () => `{{${(count += 1)}}}`)];
  const found = english.match(numbers) ?? [];
  return translated?.replace(/\{\{(\d+)\}\}/g, (_, index: string) => found[Number(index) - 1] ?? '') ?? english;
}

/** The tag of the reader's language, for Intl. */
export const languageTag = (): string =>
  wantedLanguages.find((tag) => tag.startsWith(i18next.language)) ?? i18next.language;
