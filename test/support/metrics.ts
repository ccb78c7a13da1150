/** One metric of an exposition, and its samples by name and labels as written. */
export interface ScrapedMetric {
  readonly type: string;
  readonly help: string;
  readonly samples: Readonly<Record<string, number>>;
}

const sample = /^([a-z_:][a-z0-9_:]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})? (\S+)$/i;

/** Scrapes, and parses the text format of Prometheus; throws on any other line. */
export async function scrape(url: string): Promise<Readonly<Record<string, ScrapedMetric>>> {
  const response = await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
  if (response.headers.get('content-type') !== 'text/plain; version=0.0.4; charset=utf-8')
    throw new Error('no exposition');
  const metrics: Record<string, { type: string; help: string; samples: Record<string, number> }> = {};
  let current = '';
  for (const line of (await response.text()).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') metrics[(current = name)] = { type: '', help: rest, samples: {} };
    else if (kind === 'TYPE' && name === current) (metrics[name] as { type: string }).type = rest;
    else if (line !== '') {
      const [, sampleName = '', labels = '', value = ''] = sample.exec(line) ?? [];
      const metric = metrics[current];
      if (metric === undefined || !sampleName.startsWith(current)) throw new Error(`no sample: ${line}`);
      metric.samples[sampleName + labels] = Number(value.replace('Inf', 'Infinity'));
    }
  }
  return metrics;
}

/** A sample by its name and labels as written; 0 where there is none yet. */
export async function scrapeSample(url: string, name: string): Promise<number> {
  const metrics = await scrape(url);
  return Object.values(metrics).flatMap(({ samples }) => (name in samples ? [samples[name] ?? 0] : []))[0] ?? 0;
}
