/** A field of a list: a part of what fields of lists can be, so that types of callbacks depend on no list. */
interface TypedField {
  readonly kind: keyof Values | 'POSITION';
  readonly isNullable?: true;
  /** Its meaning, unit and source, in the schema. */
  readonly shown?: string;
  /** What only some roles may read of it. */
  readonly hidden?: 'CREDENTIALS';
  readonly filter?: string;
  readonly compares?: string;
  readonly ignoresCase?: true;
  readonly order?: { readonly name: string; readonly shown: string; readonly column?: string };
}

type TypedFields = Readonly<Record<string, TypedField>>;

/** A list with a row for each thing that callbacks of some types report. Its table, filter, orders and schema derive from here. */
export interface TypedList {
  /** The field of `Query` and, if sessions list it too, of `StreamSession`. */
  readonly name: string;
  /** The name of its type. */
  readonly typeName: string;
  /** What it lists, in the schema. */
  readonly description: string;
  /** Raise it with every change of the fields, or of what types write into them. */
  readonly version: number;
  /** In addition to the fields that all these lists have. */
  readonly fields: TypedFields;
  /** The fields that its statistics can be grouped by, besides account, domain, path and stream. */
  readonly groupedBy: readonly string[];
  /** The field whose sum the statistics count; left out: rows are counted. */
  readonly counted?: string;
}

/** What every list has of a callback: when it was, and what it names. */
const namedFields = {
  /** The position of the callback, times `rowsOfCallbackMax`, plus the number of the row within it. */
  entry: { kind: 'POSITION', order: { name: 'RECORDED', shown: 'By the position of the callback in the log.' } },
  at: {
    kind: 'TIME',
    isNullable: true,
    shown: 'When it was, by CSS’s clock; of something that lasted, its end. Null if the callback has no time.',
    filter: 'By when it was, by CSS’s clock.',
    order: { name: 'AT', shown: 'By `at`. What has no time has no value.', column: 'at_order' },
  },
  appId: {
    kind: 'ID',
    isNullable: true,
    shown: 'The account. Null if the callback names none.',
    filter: 'By account.',
  },
  domain: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The push domain. Null if the callback names none.',
    filter: 'By push domain, case-insensitively.',
    ignoresCase: true,
  },
  path: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The push path. Null if the callback names none.',
    filter: 'By push path.',
  },
  streamId: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The stream name. Null if the callback names none.',
    filter: 'By stream name.',
  },
  sequence: {
    kind: 'ID',
    isNullable: true,
    shown: 'The push that the callback names by its sequence. Null if it names none.',
    filter: 'By the push that the callback names by its sequence.',
  },
  taskId: {
    kind: 'ID',
    isNullable: true,
    shown: 'The relay task that the callback names. Null if it names none.',
    filter: 'By the relay task that the callback names.',
  },
} as const satisfies TypedFields;

/** Rows of one callback; CSS merges at most some twenty errors into one. More are not read; the log has the body. */
export const rowsOfCallbackMax = 128;

/** The values of the kinds that these lists have: the values of all kinds would include the names of the types themselves. */
interface Values {
  ID: string;
  TEXT: string;
  INT: number;
  TIME: number;
  MILLISECONDS: number;
  NUMBER: number;
  FindingKind: FindingKind;
}

type ValueOf<Field extends TypedField> =
  | (Field['kind'] extends keyof Values ? Values[Field['kind']] : never)
  | (Field extends { readonly isNullable: true } ? null : never);

/** The values of a row, besides those that all lists have. */
export type RowOf<List extends TypedList> = {
  readonly [
    Name in keyof List['fields'] as List['fields'][Name] extends { readonly kind: 'TIME' } ? `${Name & string}Ms` : Name
  ]: ValueOf<List['fields'][Name]>;
};

/** The rows that a callback has in a list. */
export interface ListedRows {
  readonly list: TypedList;
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

/** Errors in what was pushed (321; the vendor's page 53310). */
export const pushErrors = {
  name: 'pushErrors',
  typeName: 'PushError',
  description:
    'Errors that CSS noticed in what was pushed: for each interval with errors (5 s), one entry for each type of error.',
  version: 2,
  fields: {
    type: {
      kind: 'INT',
      isNullable: true,
      shown: 'The type of error: `type` of the entry. Null if it has none.',
      filter: 'By the type of error.',
    },
    description: {
      kind: 'TEXT',
      shown: 'What the type means, by the vendor’s page; of a type that is not on it, what CSS says.',
    },
    count: { kind: 'INT', shown: 'How many errors of the type there were in the interval.' },
    firstAt: {
      kind: 'TIME',
      isNullable: true,
      shown: 'The first of them, by CSS’s clock. Null if CSS gives no details.',
    },
    lastAt: {
      kind: 'TIME',
      isNullable: true,
      shown: 'The last of them, by CSS’s clock. Null if CSS gives no details.',
    },
  },
  groupedBy: ['type'],
  counted: 'count',
} as const satisfies TypedList;

/** Files of recordings (100; the vendor's page 38082). */
export const recordings = {
  name: 'recordings',
  typeName: 'Recording',
  description:
    'Files that recordings were saved to. A recording that goes on over several pushes (HLS) has one, at its end.',
  version: 2,
  fields: {
    startedAt: { kind: 'TIME', isNullable: true, shown: 'When the recording began: `start_time`, by CSS’s clock.' },
    durationMs: {
      kind: 'MILLISECONDS',
      isNullable: true,
      shown: 'The duration of its content: `duration`. It may be shorter than the time from `startedAt` to `at`.',
      filter: 'By the duration of its content, in milliseconds.',
    },
    format: {
      kind: 'TEXT',
      isNullable: true,
      shown: 'The format, such as `mp4`: `file_format`, in lower case.',
      filter: 'By format, in lower case.',
    },
    sizeBytes: { kind: 'NUMBER', isNullable: true, shown: 'The size of the file in bytes: `file_size`.' },
    url: {
      kind: 'TEXT',
      isNullable: true,
      shown: 'Where the file is: `video_url`.',
      hidden: 'CREDENTIALS',
    },
    fileId: {
      kind: 'ID',
      isNullable: true,
      shown: 'The file: `file_id`, of VOD or of COS.',
      filter: 'By the file.',
    },
    recordingId: {
      kind: 'ID',
      isNullable: true,
      shown: 'The recording: `task_id`, or `session_id` in `callback_ext`. Its `recordingEvents` have the same.',
      filter: 'By the recording.',
    },
    templateId: {
      kind: 'ID',
      isNullable: true,
      shown: 'The template by which it was recorded: `record_temp_id`. Null for the global one.',
      filter: 'By template.',
    },
    bitrateKbps: {
      kind: 'INT',
      isNullable: true,
      shown: 'The bit rate in kbit/s: `record_bps`. Null if that is 0, which means the original one.',
    },
    resolution: { kind: 'TEXT', isNullable: true, shown: 'The resolution: `resolution` in `callback_ext`.' },
    codec: { kind: 'TEXT', isNullable: true, shown: 'The codec of the video: `video_codec` in `callback_ext`.' },
  },
  groupedBy: ['format', 'templateId'],
} as const satisfies TypedList;

/** States and faults of recordings (332 and 341; the vendor's pages 58590 and 68622). */
export const recordingEvents = {
  name: 'recordingEvents',
  typeName: 'RecordingEvent',
  description:
    'What happened to recordings: they began, paused, went on, ended or failed (332), or something was wrong in them (341).',
  version: 2,
  fields: {
    event: {
      kind: 'TEXT',
      shown: '`record_event` of 332, such as `record_start_failed`; `exception` for 341.',
      filter: 'By what happened, such as `record_error`.',
    },
    level: {
      kind: 'TEXT',
      isNullable: true,
      shown:
        '`exception_level` of 341: `info`, `warning`, `error` or `alarm`. 332 has none: `error` for `record_start_failed` and `record_error`, after which something is not recorded, and `info` for all else.',
      filter: 'By level, such as `error`.',
    },
    type: {
      kind: 'INT',
      isNullable: true,
      shown: 'The type of the exception: `type`, a negative number. Null for 332.',
      filter: 'By the type of the exception.',
    },
    description: {
      kind: 'TEXT',
      isNullable: true,
      shown: 'What the type means, by the vendor’s page, else what CSS says. Null for 332, which gives no reasons.',
    },
    count: { kind: 'INT', shown: 'How often the exception occurred: `occurs`. 1 for 332.' },
    recordingId: {
      kind: 'ID',
      isNullable: true,
      shown: 'The recording: `session_id`. Its `recordings` have the same.',
      filter: 'By the recording.',
    },
    format: {
      kind: 'TEXT',
      isNullable: true,
      shown: 'The format, such as `mp4`.',
      filter: 'By format, in lower case.',
    },
  },
  groupedBy: ['event', 'type', 'level'],
  counted: 'count',
} as const satisfies TypedList;

/** Screenshots (200; the vendor's page 38083). */
export const screenshots = {
  name: 'screenshots',
  typeName: 'Screenshot',
  description: 'Screenshots that were saved. Their callbacks name neither an account nor a domain.',
  version: 1,
  fields: {
    url: {
      kind: 'TEXT',
      isNullable: true,
      shown: 'Where the picture is: `pic_full_url`.',
      hidden: 'CREDENTIALS',
    },
    sizeBytes: { kind: 'NUMBER', isNullable: true, shown: 'The size of the file in bytes: `file_size`.' },
    width: { kind: 'INT', isNullable: true, shown: 'Width in pixels.' },
    height: { kind: 'INT', isNullable: true, shown: 'Height in pixels.' },
  },
  groupedBy: [],
} as const satisfies TypedList;

/** The services of CSS that look at the content of streams. */
export const findingKinds = [
  'AUDIO_AUDIT',
  'IMAGE_AUDIT',
  'MONITORING',
  'QUALITY',
  'SUBTITLES',
  'ERASING',
  'SUMMARY',
  'HIGHLIGHT',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** What CSS found in the content, by whatever service: audits, monitoring, quality, subtitles, summaries, highlights. */
export const findings = {
  name: 'findings',
  typeName: 'Finding',
  description:
    'What CSS found in the content of streams: audits of sound and pictures (315, 317), monitoring (328), quality (343 to 345), subtitles (338), erased words (347), summaries (348) and highlights (349).',
  version: 2,
  fields: {
    kind: {
      kind: 'FindingKind',
      shown: 'Which service found it.',
      filter: 'By the service that found it.',
      compares: 'the service that found something',
    },
    name: {
      kind: 'TEXT',
      isNullable: true,
      shown:
        'What was found: the label of an audit, the event of monitoring, the class of a quality report, the word that was erased, the title of a summary or highlight.',
      filter: 'By what was found, such as `Porn` or `VideoNoise`.',
    },
    detail: {
      kind: 'TEXT',
      isNullable: true,
      shown: 'More precisely: the second label of an audit, the function of a quality report.',
      filter: 'By what was found more precisely.',
    },
    level: {
      kind: 'TEXT',
      isNullable: true,
      shown: 'What an audit suggests: `Block`, `Review` or `Pass`. Null for all else.',
      filter: 'By what an audit suggests.',
    },
    score: {
      kind: 'NUMBER',
      isNullable: true,
      shown: 'How certain an audit is, 0 to 100; the score of a quality report, of 345 the average.',
      filter: 'By score.',
    },
    text: {
      kind: 'TEXT',
      isNullable: true,
      shown: 'The words: recognised speech or text, a subtitle, a summary.',
      hidden: 'CREDENTIALS',
    },
    keywords: { kind: 'TEXT', isNullable: true, shown: 'The key words, with commas between them.' },
    url: {
      kind: 'TEXT',
      isNullable: true,
      shown: 'The recording, picture or clip that shows it.',
      hidden: 'CREDENTIALS',
    },
    startedAt: {
      kind: 'TIME',
      isNullable: true,
      shown: 'When it began, by CSS’s clock, if it lasted. `at` is its end.',
    },
  },
  groupedBy: ['kind', 'name', 'level'],
} as const satisfies TypedList;

/** All lists of what callbacks of other types report. */
export const typedLists: readonly TypedList[] = [pushErrors, recordings, recordingEvents, screenshots, findings];

/** All fields of a list. */
export function fieldsOf({ fields }: TypedList): TypedFields {
  return { ...namedFields, ...fields };
}

/** A row of a list, by the properties of its fields. */
export type TypedRow = Readonly<Record<string, unknown>> & { readonly entry: bigint };

/** The position of the callback that a row is of. */
export function callbackOf({ entry }: TypedRow): bigint {
  return entry / BigInt(rowsOfCallbackMax);
}
