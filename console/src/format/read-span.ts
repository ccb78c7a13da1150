import type { TimeSpan } from './slots.ts';
import { readTime, type TimeRead, type TimeReader } from './read-time.ts';
import { dayOf } from './times.ts';

const dayMs = 86_400_000;

/** What joins two times, as in "20:10 – 20:20", "Nov 24 to Nov 25" and "20:10-20:20". */
const joints = [
  /\s+(?:to|until|till|through|sampai|hingga)\s+/i,
  /\s*(?:[–—~～]|\.\.+|…|から|부터)\s*/,
  /\s+-\s+/,
  /(?<=:\d{2})-(?=\d{1,2}:)/,
];

/**
 * The time in a text, or the time from one to another. The second of two times without a day is on the day of the
 * first, or on the next day if it is earlier. The end is not in it, except a whole day.
 */
export function readSpan(text: string, reader: TimeReader): TimeRead {
  for (const joint of joints) {
    const [one = '', other = '', more] = text.split(joint);
    if (other === '' || more !== undefined) continue;
    const from = readTime(one, reader);
    const to = readTime(other, reader);
    const isTime = ({ span, unclear }: TimeRead) => span !== null || unclear.length > 0;
    if (!isTime(from) || !isTime(to)) continue;
    const rest = [from.rest, to.rest].filter((part) => part !== '').join(' ');
    const unclear = [...from.unclear, ...to.unclear];
    if (from.span === null || to.span === null) return { span: null, form: 'SPAN', rest, unclear };
    const { fromMs } = from.span;
    const toMs = Math.min(
      to.form === 'CLOCK' ? clockAfter(fromMs, other, reader) : endOf(to.span, to.form),
      reader.nowMs,
    );
    if (fromMs < toMs) return { span: { fromMs, toMs }, form: 'SPAN', rest, unclear };
    return { span: null, form: 'SPAN', rest, unclear: [{ part: other.trim(), why: 'order' }] };
  }
  return readTime(text, reader);
}

const endOf = ({ fromMs, toMs }: TimeSpan, form: TimeRead['form']) => (form === 'DAY' ? toMs : fromMs);

/** The first moment after another at which clocks show this. */
function clockAfter(fromMs: number, clock: string, reader: TimeReader): number {
  const onDay = (ms: number) =>
    readTime(`${dayOf(ms, reader.timeZone)} ${clock}`, { ...reader, nowMs: fromMs + 3 * dayMs }).span?.fromMs ?? fromMs;
  const sameDayMs = onDay(fromMs);
  return sameDayMs > fromMs ? sameDayMs : onDay(fromMs + dayMs);
}
