import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { certificateFor } from './certificate.js';
import { serveNames } from './dns.js';
import { openTools } from './helper.js';

/** A server with a certificate for `tls.test`, and three ways to its address. */
const served = async () => {
  const certificate = certificateFor('tls.test');
  const server = createServer(certificate, ({ socket }, response) =>
    response.end(`asked as ${String((socket as TLSSocket & { servername?: unknown }).servername)}`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const here = () => ({ a: ['127.0.0.1'] });
  const names = await serveNames({ 'tls.test': here, 'other.test': here });
  const url = (host: string) => `https://${host}:${port}`;
  const allow = ['tls.test', 'other.test', '127.0.0.1'].map(url);
  return { ...(await openTools({ allow, dnsServers: [names.server] })), url, certificate };
};

it('asks by name where the address was looked up before, and holds the certificate against the name', async () => {
  const { run, say, url, certificate } = await served();
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate.cert]);
  onTestFinished(() => setDefaultCACertificates(before));
  expect(await say('http_request', { url: url('tls.test') })).toMatch(/asked as tls\.test$/);
  for (const host of ['other.test', '127.0.0.1'])
    await expect(run('http_request', { url: url(host) })).rejects.toMatchObject({
      code: 'RUSTIC_HTTP_CONNECT',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') as unknown,
    });
});

it('refuses a certificate nobody vouches for', async () => {
  const { run, url } = await served();
  await expect(run('http_request', { url: url('tls.test') })).rejects.toMatchObject({
    code: 'RUSTIC_HTTP_CONNECT',
    message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT') as unknown,
  });
});
