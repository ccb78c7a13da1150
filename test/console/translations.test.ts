import { describe, expect, test } from '@jest/globals';
import { en } from '../../console/src/translations/en/index.ts';
import * as id from '../../console/src/translations/id.ts';
import * as ja from '../../console/src/translations/ja.ts';
import * as ko from '../../console/src/translations/ko.ts';
import * as zh from '../../console/src/translations/zh.ts';
import { endCauseOf } from '../../src/domain/stream-session/interruption-codes.ts';

/** The texts by their keys, as `live.title`. */
function flat(texts: object, before = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]: [string, unknown]) =>
      typeof text === 'string' ? [[before + key, text]] : Object.entries(flat(text as object, `${before}${key}.`)),
    ),
  );
}
const variablesOf = (text: string | undefined) => [...(text ?? '').matchAll(/\{\{\w+\}\}/g)].map(String).sort();

/** Every code that there may be a cause for; 21 means two things. */
const causes = [null, ...Array.from({ length: 60 }, (_, code) => code)].flatMap((code) => [
  endCauseOf(code, false),
  endCauseOf(code, true),
]);

describe.each(Object.entries({ zh, ja, ko, id }))('%s', (_language, { texts, serverTexts }) => {
  test('has only texts that English has, with the same variables', () => {
    const english = flat(en);
    for (const [key, text] of Object.entries(flat(texts))) {
      expect({ key, variables: variablesOf(text) }).toEqual({ key, variables: variablesOf(english[key]) });
      expect(english).toHaveProperty([key]);
    }
  });

  test('has every cause of an end and its advice', () => {
    const translated = Object.keys(serverTexts);
    const missing = causes.flatMap(({ summary, advice }) =>
      [summary, advice].filter((text) => !translated.includes(text)),
    );
    expect(missing).toEqual([]);
  });

  test('names every state and every side', () => {
    const keys = Object.keys(flat(texts));
    const wanted = Object.keys(flat({ state: en.state, taskState: en.taskState, side: en.side }));
    expect(wanted.filter((key) => !keys.includes(key))).toEqual([]);
  });
});
