import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from './started-process.ts';

/** The proxies of docs/proxies, and the commands that show that they are installed. */
export const documentedProxies = {
  nginx: { program: ['nginx', '-v'], needs: 'nginx (Debian: apt-get install nginx-light)' },
  caddy: { program: ['caddy', 'version'], needs: 'caddy (Debian: apt-get install caddy)' },
} as const;
export type ProxyName = keyof typeof documentedProxies;

export interface ProxySettings {
  /** The folder that it writes to. */
  readonly folder: string;
  readonly port: number;
  /** Ports of the services that receive callbacks and that answer queries. */
  readonly receive: number;
  readonly query: number;
  /** What else to replace in the file of nginx. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** Whether it is sent a signal to read its files again (nginx). */
  readonly isReloaded?: boolean;
}

/** Replaces each of these in the documented file; fails if one is missing. */
function replaceAll(text: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce((replaced, [from, to]) => {
    if (!replaced.includes(from)) throw new Error(`The file does not have: ${from}`);
    return replaced.replaceAll(from, to);
  }, text);
}

const documentedUrl = (name: string) => new URL(`../../docs/proxies/${name}`, import.meta.url);
const documentedFile = (name: string) => readFileSync(documentedUrl(name), 'utf8');

/** The documented file in a main configuration, with a test's ports, folders and certificate. */
function writeNginx(settings: ProxySettings): string {
  const { folder, port, receive, query, replaced } = settings;
  const site = replaceAll(documentedFile('nginx.conf'), {
    'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
    'ledger.example.com;\n  ssl': 'localhost;\n  ssl',
    '/etc/ssl/certs/ledger.example.com.pem': certificateIn(folder),
    '/etc/ssl/private/ledger.example.com.key': path.join(folder, 'key.pem'),
    '/var/log/nginx/': `${folder}/`,
    'live_ledger_receive {\n  server 127.0.0.1:4000': `live_ledger_receive {\n  server 127.0.0.1:${receive}`,
    'least_conn;\n  server 127.0.0.1:4000': `least_conn;\n  server 127.0.0.1:${query}`,
    ...replaced,
  });
  writeFileSync(path.join(folder, 'live-ledger.conf'), site);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${folder}/${what};`,
  );
  // Without a master there is nobody who reads the files again.
  const processes =
    settings.isReloaded === true ? `user ${userInfo().username}; worker_processes 1;` : 'master_process off;';
  const main = `daemon off; ${processes} pid ${folder}/nginx.pid; error_log stderr notice; events {}
    http { ${temporary.join(' ')} include ${folder}/live-ledger.conf; }\n`;
  writeFileSync(path.join(folder, 'nginx.conf'), main);
  return path.join(folder, 'nginx.conf');
}

function writeCaddy({ folder, port, receive, query }: ProxySettings): string {
  const files = `${certificateIn(folder)} ${path.join(folder, 'key.pem')}`;
  const [before = '', callbacks = '', rest = ''] = documentedFile('Caddyfile').split('reverse_proxy 127.0.0.1:4000');
  const file = [before, `:${receive}${callbacks}`, `:${query}${rest}`].join('reverse_proxy 127.0.0.1');
  const written = replaceAll(file, {
    '\nledger.example.com {': `\nhttps://localhost:${port} {\n\tbind 127.0.0.1\n\ttls ${files}`,
    '\tservers {': '\tadmin off\n\tauto_https disable_redirects\n\tservers {',
  });
  writeFileSync(path.join(folder, 'Caddyfile'), written);
  return path.join(folder, 'Caddyfile');
}

/** A certificate for localhost, made once for each folder. */
function certificateIn(folder: string): string {
  const [certificate, key] = [path.join(folder, 'certificate.pem'), path.join(folder, 'key.pem')];
  if (existsSync(certificate)) return certificate;
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject];
  const { status, stderr } = spawnSync('openssl', made, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl makes no certificate: ${stderr}`);
  return certificate;
}

const environmentOf = (folder: string) => ({ PATH: process.env['PATH'] ?? '', HOME: folder });

/** The proxy's own check of the documented file. */
export function checkProxyFile(name: ProxyName, settings: ProxySettings) {
  const words =
    name === 'nginx'
      ? ['-t', '-q', '-e', 'stderr', '-c', writeNginx(settings)]
      : ['validate', '--adapter', 'caddyfile', '--config', fileURLToPath(documentedUrl('Caddyfile'))];
  const { status, stdout, stderr } = spawnSync(name, words, { encoding: 'utf8', env: environmentOf(settings.folder) });
  const warnings = (stdout + stderr).split('\n').filter((line) => /warn|error|emerg/i.test(line));
  return { status, warnings };
}

export interface RunningProxy {
  readonly url: string;
  /** PEM: the authority that its certificate is checked with. */
  readonly ca: string;
  /** Makes another certificate, and has it read (nginx). */
  renewCertificate(): void;
  /** Everything logged so far. */
  logged(): string;
  stop(): Promise<void>;
}

/** Starts the proxy with the documented file; resolves once it listens. */
export async function startDocumentedProxy(name: ProxyName, settings: ProxySettings): Promise<RunningProxy> {
  const { folder, port } = settings;
  const [args, listening] =
    name === 'nginx'
      ? [['-e', 'stderr', '-c', writeNginx(settings)], /nginx\/\d/]
      : [['run', '--adapter', 'caddyfile', '--config', writeCaddy(settings)], /serving initial configuration/];
  const started = startProgram(name, args, environmentOf(folder));
  const output = () => started.stdout() + started.stderr();
  await started.until(`${name} listens`, () => (listening.test(output()) ? true : undefined));
  const accessLog = path.join(folder, 'live-ledger.log');
  return {
    url: `https://localhost:${port}`,
    ca: readFileSync(certificateIn(folder), 'utf8'),
    renewCertificate() {
      rmSync(path.join(folder, 'certificate.pem'));
      certificateIn(folder);
      started.kill('SIGHUP');
    },
    logged: () => output() + (existsSync(accessLog) ? readFileSync(accessLog, 'utf8') : ''),
    async stop() {
      // A master that is killed leaves its workers.
      started.kill(settings.isReloaded === true ? 'SIGTERM' : 'SIGKILL');
      await started.ended();
    },
  };
}
