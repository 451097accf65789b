import { createKernel, type Kernel, type KernelOptions, type LogRecord } from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { appOf, lockOf, type Product, withCode } from './product.js';

export { sealOfFile, sealOfFolder } from './seal.js';

export interface AppOptions {
  /** Folder to work in. Default: the current one. */
  readonly cwd?: string;
  /** Answers asks. Default: the composition's `approver`, else every ask is denied. */
  readonly approve?: KernelOptions['approve'];
  /** Rules beside the composition's. */
  readonly rules?: KernelOptions['rules'];
  /** Told what plugins log. Default: nobody is. */
  readonly log?: (record: LogRecord) => void;
}

/**
 * Boots the composition a library was built from.
 *
 * Throws: what `createKernel` throws.
 * Owner: the caller disposes it.
 */
export function startApp(product: Product, { cwd, approve, rules, log }: AppOptions = {}): Promise<Kernel> {
  return createKernel({
    contracts: standard,
    host: nodeHost({ app: appOf(product), ...(cwd && { cwd }), ...(log && { log }) }),
    lock: withCode(product, lockOf(product)),
    from: product.folder,
    ...(approve && { approve }),
    ...(rules && { rules }),
  });
}
