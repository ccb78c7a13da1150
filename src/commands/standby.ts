import { required, type Command, type GivenFlags } from './command-line.ts';
import { serviceFlags } from '../settings/variables.ts';

const { 'primary-url': _isFrom, ...others } = serviceFlags;

/** Makes `live-ledger standby` of the command of a process of `serve`: the same service, with PRIMARY_URL. */
export function asStandby(serve: Command): Command {
  return {
    name: 'standby',
    meaning:
      "keep a copy of a primary's log and answer queries from it until it is stopped; `promote` makes it a primary",
    flags: { from: { fallback: '', meaning: 'URL of the primary', variable: 'PRIMARY_URL' }, ...others },
    run: (given, output) => serve.run(withPrimary(given), output),
  };
}

function withPrimary({ from, ...given }: GivenFlags): GivenFlags {
  return { ...given, 'primary-url': required({ from }, 'from', 'the URL of the primary') };
}
