/** The view of what the search box finds. */
export const search = {
  search: {
    title: 'Results for “{{text}}”',
    liveAt: 'At {{time}} ({{zone}})',
    pushedIn: 'From {{from}} to {{to}} ({{zone}})',
    liveThen: 'Live then',
    noneLive: 'Nothing was live then.',
    nonePushed: 'Nothing was pushed in this time.',
    missing: 'Missing at {{time}}',
    missingExplain:
      'Streams whose push had ended and whose next one had not begun, and those that a fault had ended. Only pushes up to {{duration}} before and after it count.',
    missingCut: 'There are more than {{n}} pushes around this time. Only the nearest are compared: narrow the search.',
    noneMissing: 'No stream had such a gap.',
    backAt: 'Back at',
    notBack: 'not within {{duration}}',
    missingFor: 'Missing for',
    orTime: 'This may also be a time in callbacks:',
    unclear: {
      clock: '“{{part}}” is no time of day.',
      date: '“{{part}}” is no day of the calendar.',
      future: '“{{part}}” is in the future.',
      order: '“{{part}}” is before the beginning.',
      url: '“{{part}}” names no stream.',
      address: '“{{part}}” is no IP address.',
      rounded: '“{{part}}” is a sequence that a spreadsheet has rounded: its last digits are lost.',
      word: '“{{part}}” is neither a time nor part of a name here.',
    },
    nothing: 'Nothing found for “{{text}}”',
    nothingAdvice: 'Names match from their beginning. Sequences, tasks, files, addresses and codes must be complete.',
    exact: 'Pushes: exact matches',
    others: 'Pushes: other matches',
    streamsOrder: 'Live ones first, then those that began last.',
    streams: 'Streams',
    tasks: 'Relay tasks',
    explain:
      'Type or paste a stream, its push URL, a domain, sequence, address, relay task, file or code. A time shows what was live then, and what was missing. For example:',
  },
} as const;
