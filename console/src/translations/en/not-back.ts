/** Streams that a fault ended and that are not back. */
export const notBack = {
  notBack: {
    line_one: '{{n}} stream that a fault ended in the last 3 hours is not back',
    line_other: '{{n}} streams that a fault ended in the last 3 hours are not back',
    title_one: '{{n}} stream ended by a fault and not back',
    title_other: '{{n}} streams ended by a fault and not back',
    streams: 'Streams that are not back',
    explain:
      'The network, CSS, a configuration or authentication ended their newest push, and they have not been pushed since.',
    none: 'Every stream that a fault ended in this time is back, or has been stopped since.',
    cut: 'More than 500 pushes ended in this time: only the newest were examined.',
  },
} as const;
