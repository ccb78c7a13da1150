/**
 * How many messages a second reach a thousand subscribers of one operation, and what does each cost the server? This product,
 * graphql-ws alone, and a broadcast of ready bytes; and the memory of five thousand subscribers.
 * Run: npm run bench:fan-out (--rounds N, --seconds N, --subscribers N and --many N make it shorter).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startSubject, type SubjectKind } from './live/subject.ts';
import { startSubscribers } from './live/start-subscribers.ts';
import { line, spread } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    subscribers: { type: 'string', default: '1000' },
    many: { type: 'string', default: '5000' },
  },
});
const [rounds, subscribers, many] = [Number(flags.rounds), Number(flags.subscribers), Number(flags.many)];
const ms = Number(flags.seconds) * 1_000;
const warmUpMs = 1_000;

const kinds: readonly SubjectKind[] = ['ours', 'graphql-ws', 'raw'];
/** Callbacks that are on their way to all subscribers at a time. */
const onTheirWay = [1, 8, 64] as const;

interface Sent {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly bytes: number;
}

interface Grown {
  readonly idleMb: number;
  readonly quietMb: number;
  readonly busyMb: number;
}

async function measureSending(kind: SubjectKind, folder: string): Promise<Map<number, Sent>> {
  const sent = new Map<number, Sent>();
  const subject = await startSubject(kind, folder);
  const all = startSubscribers();
  try {
    const { port } = subject;
    await all.open({ port, count: subscribers, readFully: 0 });
    await all.drive({ port, ms: warmUpMs, pace: { onTheirWay: 2 } });
    for (const at of onTheirWay) {
      const beforeMs = subject.cpuMs();
      const { messages, bytes, elapsedMs } = await all.drive({ port, ms, pace: { onTheirWay: at } });
      sent.set(at, {
        perSecond: (messages * 1_000) / elapsedMs,
        cpuUs: ((subject.cpuMs() - beforeMs) * 1_000) / messages,
        bytes: bytes / messages,
      });
    }
    return sent;
  } finally {
    await all.end();
    await subject.end();
  }
}

/** Beside the server with one subscriber, once it has taken some callbacks. */
async function measureMemory(kind: SubjectKind, folder: string): Promise<Grown> {
  const subject = await startSubject(kind, folder);
  const all = startSubscribers();
  const memory = () => subject.memory().ownMb + subject.memory().filesMb;
  try {
    const { port } = subject;
    await all.open({ port, count: 1, readFully: 0 });
    await all.drive({ port, ms: warmUpMs, pace: { onTheirWay: 4 } });
    const idleMb = memory();
    await all.open({ port, count: many - 1, readFully: 0 });
    const quietMb = memory() - idleMb;
    let busyMb = 0;
    const sampling = setInterval(() => (busyMb = Math.max(busyMb, memory() - idleMb)), 100);
    await all.drive({ port, ms, pace: { onTheirWay: 4 } });
    clearInterval(sampling);
    return { idleMb, quietMb, busyMb };
  } finally {
    await all.end();
    await subject.end();
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const sent = new Map<SubjectKind, Map<number, Sent>[]>(kinds.map((kind) => [kind, []]));
const grown = new Map<SubjectKind, Grown[]>(kinds.map((kind) => [kind, []]));
try {
  for (let round = 0; round < rounds; round += 1) {
    // What runs first has the colder machine.
    for (const kind of round % 2 === 0 ? kinds : [...kinds].reverse()) {
      sent.get(kind)?.push(await measureSending(kind, folder));
      grown.get(kind)?.push(await measureMemory(kind, folder));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

line(
  ['on their way', 12],
  ['server', 10],
  ['messages/s', 24],
  ['to graphql-ws', 16],
  ['to raw', 18],
  ['CPU µs each', 16],
  ['bytes', 5],
);
for (const at of onTheirWay) {
  const of = (kind: SubjectKind, pick: (one: Sent) => number) =>
    (sent.get(kind) ?? []).flatMap((round) => round.get(at) ?? []).map(pick);
  const rate = ({ perSecond }: Sent) => perSecond;
  const ratio = (kind: SubjectKind, peer: SubjectKind) => {
    const ofPeer = of(peer, rate);
    return spread(of(kind, rate).map((one, round) => one / (ofPeer[round] ?? NaN)));
  };
  for (const kind of kinds) {
    line(
      [String(at), 12],
      [kind, 10],
      [spread(of(kind, rate)), 24],
      [ratio(kind, 'graphql-ws'), 16],
      [ratio(kind, 'raw'), 18],
      [spread(of(kind, ({ cpuUs }) => cpuUs)), 16],
      [Math.round(of(kind, ({ bytes }) => bytes)[0] ?? NaN).toString(), 5],
    );
  }
}
line([`\nMemory of ${many} subscribers`, 0]);
line(['server', 10], ['with one, MB', 16], ['once connected, MB more', 28], ['peak while receiving, MB more', 37]);
for (const kind of kinds) {
  const of = (pick: (one: Grown) => number) => spread((grown.get(kind) ?? []).map(pick));
  line([kind, 10], [of((one) => one.idleMb), 16], [of((one) => one.quietMb), 28], [of((one) => one.busyMb), 37]);
}
