import type { Access, Call } from '@rustic-ai/kernel';
import type { ToolOutputs, Workspace } from '@rustic-ai/kernel/contracts';
import type { Hops } from './network/hops.js';
import type { Answer, Network } from './network/network.js';
import type { Pins } from './pins.js';

/** What the tools share. */
export interface Parts {
  readonly network: Network;
  readonly hops: Hops;
  readonly pins: Pins;
  readonly workspace: Workspace;
  /** How much of an answer the model is given. Unit: bytes. */
  readonly maxBytes: number;
  /** Absent: nobody keeps what the model is not given. */
  readonly outputs: (() => Promise<ToolOutputs>) | undefined;
}

/** The access to an address, its query included. Throws: `RUSTIC_HTTP_ADDRESS` for what is refused whoever asks. */
export function reaching({ network }: Pick<Parts, 'network'>, url: URL): Access {
  network.demandPublic(url);
  return { action: 'net', resource: url.href };
}

/** How often progress is told. Unit: ms. */
const everyMs = 200;
/** Tells that an answer began, then how much of it has come. */
export function reporter(call: Call, { url, status, headers }: Answer): (bytes: number) => void {
  const total = Number(headers['content-length'] ?? Number.NaN);
  const known = Number.isSafeInteger(total) && !headers['content-encoding'] ? { total } : {};
  call.report({ text: `${status} from ${url.host}` });
  let told = performance.now();
  return (done) => {
    const now = performance.now();
    if (now - told < everyMs) return;
    told = now;
    call.report({ done, ...known, unit: 'bytes' });
  };
}
