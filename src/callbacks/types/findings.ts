import { isJsonObject, type JsonObject } from '../json-object.ts';
import { readCode, readMs, readName, readPositive, readSecondsAsMs, readText } from '../wire-values.ts';
import { listedIn, type CallbackTimes, type CallbackType } from './declaration.ts';
import { findings, rowsOfCallbackMax, screenshots, type RowOf } from './typed-lists.ts';

type Finding = RowOf<typeof findings>;

const nothingFound: Omit<Finding, 'kind'> = {
  name: null,
  detail: null,
  level: null,
  score: null,
  text: null,
  keywords: null,
  url: null,
  startedAtMs: null,
};

const found = (row: Partial<Finding> & Pick<Finding, 'kind'>): Finding => ({ ...nothingFound, ...row });

/** A number with a fraction; CSS sends some as text. */
function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

const objectsOf = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject).slice(0, rowsOfCallbackMax) : [];

const textsOf = (value: unknown): string | null =>
  Array.isArray(value) ? readText(value.flatMap((one) => readName(one) ?? []).join(', ')) : null;

const at = (atMs: number | null): CallbackTimes => ({ fromMs: atMs, atMs });

const named = ({ name, detail }: Pick<Finding, 'name' | 'detail'>) =>
  name === null ? '.' : `: ${name}${detail === null || detail === name ? '' : ` (${detail})`}.`;

/** `event_type` 200: a screenshot was saved. Names neither an account nor a domain. */
export const screenshotType = {
  eventTypes: [200],
  kind: 'SCREENSHOT',
  meaning: 'a screenshot was saved.',
  credentials: ['stream_param'],
  timesOf: (body) => at(readSecondsAsMs(body['create_time'])),
  listed: listedIn(screenshots, (body) => [
    {
      url: readText(body['pic_full_url']),
      sizeBytes: readPositive(body['file_size']),
      width: readPositive(body['width']),
      height: readPositive(body['height']),
    },
  ]),
  sentenceOf: () => 'A screenshot was saved.',
} as const satisfies CallbackType;

const audioAudit = (body: JsonObject) =>
  found({
    kind: 'AUDIO_AUDIT',
    name: readName(body['label']),
    detail: readName(body['sub_label']) ?? readName(body['SubTag']),
    level: readName(body['suggestion']),
    score: readNumber(body['Score']) ?? readNumber(body['score']),
    text: readText(body['asr_text']),
    url: readText(body['cdn_url']),
  });

const firstNumber = (value: unknown) => readNumber(Array.isArray(value) ? value[0] : value);

/** The vendor's older sample writes `socre` instead of `score`. */
const imageAudit = (body: JsonObject) =>
  found({
    kind: 'IMAGE_AUDIT',
    name: readName(body['label']),
    detail: readName(body['subLabel']),
    level: readName(body['suggestion']),
    score: firstNumber(body['score']) ?? firstNumber(body['socre']),
    text: readText(body['ocrMsg']),
    url: readText(body['img']),
  });

/** The body of monitoring has its time in milliseconds, by the name that others have for seconds. */
const monitoring = (body: JsonObject) =>
  found({ kind: 'MONITORING', name: readName(body['event_name']), text: readText(body['event_msg']) });

const quality = (body: JsonObject) => {
  const frames = objectsOf(body['frames']);
  const scores = frames.flatMap((frame) => readNumber(frame['score']) ?? []);
  return found({
    kind: 'QUALITY',
    name: readName(body['class']),
    detail: readName(body['function']),
    score:
      readNumber(body['average_score']) ??
      readNumber(body['score']) ??
      (scores.length === 0 ? null : Math.min(...scores)),
  });
};

/** Subtitles, and what was erased from the sound: a row for each. */
function subtitles(kind: 'SUBTITLES' | 'ERASING', body: JsonObject): readonly Finding[] {
  const data = isJsonObject(body['data']) ? body['data'] : {};
  return objectsOf(data['subtitle_tmp_res']).map((one) => {
    const words = objectsOf(one['keywords_info']).flatMap(({ word }) => readName(word) ?? []);
    return found({
      kind,
      name: kind === 'ERASING' ? (words[0] ?? null) : null,
      text: readText(one['dst_txt']) ?? readText(one['src_txt']),
      keywords: textsOf(words),
      startedAtMs: readSecondsAsMs(one['start_unix_time']),
    });
  });
}

function subtitleTimes(body: JsonObject): CallbackTimes {
  const data = isJsonObject(body['data']) ? body['data'] : {};
  return spanOf(objectsOf(data['subtitle_tmp_res']), 'start_unix_time', 'end_unix_time');
}

/** From the first beginning to the last end of the entries. */
function spanOf(entries: readonly JsonObject[], begin: string, end: string): CallbackTimes {
  const begins = entries.flatMap((one) => readSecondsAsMs(one[begin]) ?? []);
  const ends = entries.flatMap((one) => readSecondsAsMs(one[end]) ?? []);
  const all = [...begins, ...ends];
  return all.length === 0 ? at(null) : { fromMs: Math.min(...all), atMs: Math.max(...all) };
}

const summary = (kind: 'SUMMARY' | 'HIGHLIGHT', one: JsonObject) =>
  found({
    kind,
    name: readName(one['title']),
    text: readText(one['summary']),
    keywords: textsOf(one['key_words']),
    url: readText(one['video_store_url']),
    startedAtMs: readSecondsAsMs(one['begin_time']),
  });

const qualityOf = (event: string) => (body: JsonObject) => `${event}${named(quality(body))}`;

/** The types of callbacks about the content of streams. */
export const findingTypes = [
  {
    eventTypes: [315],
    kind: 'AUDIO_AUDIT',
    meaning: 'an audit found something in the sound.',
    listed: listedIn(findings, (body) => [audioAudit(body)]),
    sentenceOf: (body) => `An audit found something in the sound${named(audioAudit(body))}`,
  },
  {
    eventTypes: [317],
    kind: 'IMAGE_AUDIT',
    meaning: 'an audit found something in the picture.',
    credentials: ['stream_param'],
    timesOf: (body) => at(readSecondsAsMs(body['screenshotTime'])),
    listed: listedIn(findings, (body) => [imageAudit(body)]),
    sentenceOf: (body) => `An audit found something in the picture${named(imageAudit(body))}`,
  },
  {
    eventTypes: [328],
    kind: 'MONITORING',
    meaning: 'monitoring of streams noticed something.',
    timesOf: (body) => at(readSecondsAsMs(body['event_time']) ?? readMs(body['event_time'])),
    listed: listedIn(findings, (body) => [monitoring(body)]),
    sentenceOf: (body) => `Monitoring noticed something${named(monitoring(body))}`,
  },
  {
    // 343 at once; 344 and 345 measured over frames. The vendor's sample of 345 says 344.
    eventTypes: [343, 344, 345],
    kind: 'QUALITY',
    meaning: 'the quality of a stream was measured.',
    listed: listedIn(findings, (body) => [quality(body)]),
    sentenceOf: (body) =>
      qualityOf(readCode(body['event_type']) === 343 ? 'The quality was not good' : 'The quality was measured')(body),
  },
  {
    eventTypes: [338],
    kind: 'SUBTITLES',
    meaning: 'subtitles.',
    timesOf: subtitleTimes,
    listed: listedIn(findings, (body) => subtitles('SUBTITLES', body)),
    sentenceOf: () => 'Subtitles were made.',
  },
  {
    eventTypes: [347],
    kind: 'ERASING',
    meaning: 'words were erased from the sound.',
    timesOf: subtitleTimes,
    listed: listedIn(findings, (body) => subtitles('ERASING', body)),
    sentenceOf: () => 'Words were erased from the sound.',
  },
  {
    eventTypes: [348],
    kind: 'SUMMARY',
    meaning: 'a summary was written.',
    timesOf: (body) => spanOf([body], 'begin_time', 'end_time'),
    listed: listedIn(findings, (body) => [summary('SUMMARY', body)]),
    sentenceOf: (body) => `A summary was written${named(summary('SUMMARY', body))}`,
  },
  {
    eventTypes: [349],
    kind: 'HIGHLIGHT',
    meaning: 'highlights were cut.',
    timesOf: (body) => spanOf(objectsOf(body['items']), 'begin_time', 'end_time'),
    listed: listedIn(findings, (body) => objectsOf(body['items']).map((one) => summary('HIGHLIGHT', one))),
    sentenceOf(body) {
      const count = objectsOf(body['items']).length;
      if (count === 0) return 'Highlights were cut, without saying which.';
      return count === 1 ? 'A highlight was cut.' : `${count} highlights were cut.`;
    },
  },
] as const satisfies readonly CallbackType[];
