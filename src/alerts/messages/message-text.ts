import type { AlertMessage } from './message-formats.ts';

/** Alerts of a message that a chat shows one by one. */
const alertsShownMax = 15;

/** Bytes of a text: WeCom takes 2,048. */
const textBytesMax = 2_000;

/** Code units of a line: a name of a stream can be longer than a text. */
const lineLengthMax = 300;

const verbs = { 'alert.began': 'began', 'alert.ended': 'ended', 'alert.test': 'is tested' } as const;

/**
 * What a chat shows, as plain text. It begins with the name of the product, which some tools can be set to ask for. `escape`: what
 * a tool needs of names; a text is as short as it should be with it.
 */
export function textOf(
  { type, event: { rule, atMs, alerts } }: AlertMessage,
  escape: (line: string) => string = (line) => line,
): string {
  const count = alerts.length > 1 ? ` (${alerts.length})` : '';
  const lines = [`Live Ledger: ${rule} ${verbs[type]}${count}, ${new Date(atMs).toISOString()}`];
  let bytes = Buffer.byteLength(lines.join());
  for (const [index, { summary }] of alerts.entries()) {
    const line = escape(`- ${summary.slice(0, lineLengthMax).toWellFormed()}`);
    bytes += Buffer.byteLength(line) + 1;
    if (index >= alertsShownMax || bytes > textBytesMax) {
      lines.push(`- and ${alerts.length - index} more`);
      break;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** Text for tools that read mentions in angle brackets: a name that a pusher chose must not call everyone. */
export function withoutMentions(text: string): string {
  return text.replaceAll('<', '\uff1c').replaceAll('>', '\uff1e');
}
