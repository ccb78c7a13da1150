import { isIP } from 'node:net';

/** Whether a host, as it is listened on or asked for, is this machine itself, whatever a name server says. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Whether a `Host` header names this machine itself. A web page can have its own name point here, and then reads what it is
 * answered; but its browser sends that name.
 */
export function isLoopbackHostHeader(hostHeader: string | undefined): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{0,5})?$/.exec(hostHeader ?? '') ?? [];
  return isLoopback(bracketed ?? plain ?? '');
}
