/** Ports of this machine that a session in the sandbox may reach: it finds them at the same address inside. Text for `sh` only. */

/**
 * What has to run inside before the program. The sandbox has a loopback of its own, for which no program asks a proxy:
 * so somebody listens there and asks it.
 * @param domains as `SandboxRules` has them; the others are reached through the proxy anyway
 */
export function loopbackText(domains: readonly string[]): string {
  // On macOS the sandbox has no loopback of its own.
  if (process.platform !== 'linux') return '';
  const ports = domains.flatMap((domain) => {
    const [, host, port] = /^(localhost|127(?:\.\d+){3}):(\d+)$/.exec(domain) ?? [];
    return host === undefined || port === undefined ? [] : [{ host, port: Number(port) }];
  });
  return `${exceptions(domains)}${ports.map(forwarding).join('')}`;
}

/** The library lets programs ask no proxy for private networks either; those it has not inside. */
function exceptions(domains: readonly string[]): string {
  const value = 'localhost,127.0.0.1,::1';
  return domains.some((domain) => /^[\d.]+(:|$)/.test(domain))
    ? `export NO_PROXY=${value} no_proxy=${value}; `
    : '';
}

function forwarding({ host, port }: { readonly host: string; readonly port: number }): string {
  const listening = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return [
    `(proxy=\${HTTP_PROXY#http://}; at=\${proxy##*@}; exec socat TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`,
    ` "PROXY:\${at%:*}:${host}:${port},proxyport=\${at##*:},proxyauth=\${proxy%@*}" >/dev/null 2>&1) & `,
    // Nobody tells when it listens.
    `for _ in 1 2 3 4 5 6 7 8 9 10; do grep -q '${listening}' /proc/net/tcp && break; sleep 0.1; done; unset _; `,
  ].join('');
}
