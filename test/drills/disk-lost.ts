import { loseDisk } from './lose-disk.ts';

// `npm run drill:disk-lost`: the disk of a primary is lost under load. By hand.
const usage = `npm run drill:disk-lost -- [--callbacks 2000] [--rate 100]

  --callbacks  that are sent, half of them before the primary is killed
  --rate       callbacks a second
`;

const options = { '--callbacks': 2_000, '--rate': 100 };
const given = process.argv.slice(2);
for (let at = 0; at < given.length; at += 2) {
  const [name = '', value] = given.slice(at, at + 2);
  if (!(name in options) || !/^[1-9]\d{0,6}$/.test(value ?? '')) {
    process.stderr.write(usage);
    process.exit(name === '--help' ? 0 : 2);
  }
  options[name as keyof typeof options] = Number(value);
}
const { answered, lost, eventsBehind, notTakenMs, cursorAnswer, shown, recorded } = await loseDisk({
  callbacks: options['--callbacks'],
  perSecond: options['--rate'],
  say: (line) => void process.stdout.write(`${line}\n`),
});
const isSame = [...shown].sort().join() === [...recorded].sort().join();
process.stdout.write(
  `callbacks were not taken for ${(notTakenMs / 1_000).toFixed(1)} s, from the kill to the next 200\n` +
    `${lost.length} of ${answered} callbacks that were answered 200 are lost; the standby said that it lacked ${eventsBehind ?? 'an unknown number of'} events\n` +
    `the client's cursor was answered ${cursorAnswer}; it listed again, and shows ${isSame ? 'what the record has' : 'SOMETHING ELSE THAN THE RECORD'}: ${recorded.length} callbacks\n`,
);
process.exitCode = isSame ? 0 : 1;
