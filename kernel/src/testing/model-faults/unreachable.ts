import { strict as assert } from 'node:assert';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:https';
import { inspect } from 'node:util';
import type { Rule } from '../suite.js';
import { selfSigned } from './certificate.js';
import { startFaultServer } from './server.js';
import type { ModelFaultSubject } from './wire.js';

/** Under `.invalid`, which nobody owns, and longer than a name may be: it is looked up without a network too. */
const noHost = `${'nowhere-'.repeat(9)}at-all.invalid`;
const dayMs = 86_400_000;

/** Asks at that address. It must fail before anything is said, with the host, for that reason, and without the key. */
async function unreachable(subject: ModelFaultSubject, at: { url: string; host: string; reason: RegExp }) {
  const { handle, logs, close } = await subject.open(at.url);
  try {
    const asked = handle.invoke(subject.request)[Symbol.asyncIterator]().next();
    await assert.rejects(
      asked,
      (error: {
        readonly code?: string;
        readonly details?: { readonly host?: unknown; readonly reason?: unknown };
      }) => {
        assert.equal(error.code, 'RUSTIC_MODEL_NETWORK', inspect(error));
        assert.equal(error.details?.host, at.host);
        assert.match(String(error.details?.reason), at.reason);
        assert.ok(!inspect([error, logs()], { depth: 12, showHidden: true }).includes(subject.key), 'it holds the key');
        return true;
      },
    );
  } finally {
    await close();
  }
}

const certificate = (id: string, says: string, days: readonly [number, number], reason: RegExp) => ({
  id,
  says,
  async run(subject: ModelFaultSubject) {
    const now = Date.now();
    let requests = 0;
    const valid = { from: new Date(now + days[0] * dayMs), to: new Date(now + days[1] * dayMs) };
    const server = createServer(selfSigned(valid), (_, response) => {
      requests++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await unreachable(subject, { url: `https://${host}`, host, reason });
      assert.equal(requests, 0, 'it was asked, key and prompt with it');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  },
});

/** A server that is not there, or can not prove that it is the one: nothing is sent to it. */
export const unreachableRules: readonly Rule<ModelFaultSubject>[] = [
  {
    id: 'down',
    says: 'a server that is down is named',
    async run(subject) {
      const { url, host, close } = await startFaultServer(() => {});
      await close();
      await unreachable(subject, { url, host, reason: /ECONNREFUSED/ });
    },
  },
  {
    id: 'unknown-host',
    says: 'a name that nobody has is named',
    run: (subject) => unreachable(subject, { url: `http://${noHost}`, host: noHost, reason: /ENOTFOUND/ }),
  },
  certificate('self-signed', 'a certificate that nobody vouches for is refused', [-1, 1], /self-signed certificate/),
  certificate('expired', 'a certificate that has expired is refused', [-2, -1], /certificate has expired/),
];
