/** One metric of an exposition, and its samples by name and labels as written. */
export interface ScrapedMetric {
  readonly type: string;
  readonly help: string;
  readonly samples: Readonly<Record<string, number>>;
}

const sample = /^([a-z_:][a-z0-9_:]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})? (\S+)$/i;

/** Scrapes and parses Prometheus's text format; throws on any other line. */
export async function scrape(url: string): Promise<Readonly<Record<string, ScrapedMetric>>> {
  const metrics: Record<string, { type: string; help: string; samples: Record<string, number> }> = {};
  let current = '';
  for (const line of (await expositionOf(url)).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') metrics[(current = name)] = { type: '', help: rest, samples: {} };
    else if (kind === 'TYPE' && name === current) (metrics[name] as { type: string }).type = rest;
    else if (line !== '') {
      const [, sampleName = '', labels = '', value = ''] = sample.exec(line) ?? [];
      const metric = metrics[current];
      if (metric === undefined || !sampleName.startsWith(current)) throw new Error(`no sample: ${line}`);
      metric.samples[sampleName + labels] = numberOf(value);
    }
  }
  return metrics;
}

/** A sample by its name and labels as written; 0 if there is none yet. Parses nothing else, because many tests poll it. */
export async function scrapeSample(url: string, name: string): Promise<number> {
  const [, after] = (await expositionOf(url)).split(`\n${name} `, 2);
  return after === undefined ? 0 : numberOf(after.slice(0, after.indexOf('\n')));
}

async function expositionOf(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
  if (response.headers.get('content-type') !== 'text/plain; version=0.0.4; charset=utf-8')
    throw new Error('no exposition');
  return response.text();
}

const numberOf = (value: string) => Number(value.replace('Inf', 'Infinity'));
