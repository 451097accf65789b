import { errorInfo, type Host, RusticError } from '@rustic-ai/kernel';

/**
 * A host that also reads the credentials that a program keeps. They are looked for when one is read.
 *
 * `program`: what a product is called. Default: it is no product.
 */
export const withCredentials = (host: Host, program?: string): Host => ({
  ...host,
  secrets: {
    async read(reference) {
      if (!('$secret' in reference)) return host.secrets.read(reference);
      const { createCredentials } = await import('./store.js');
      try {
        return await createCredentials(host.folders.data, program).read(reference.$secret);
      } catch (error) {
        throw program === undefined ? error : await of(program, error);
      }
    },
  },
});

/** The error with the commands of a product in its fix, whoever prints it. */
async function of(program: string, error: unknown): Promise<RusticError> {
  const { calledBy } = await import('../shared-options.js');
  const { fix, ...info } = errorInfo(error);
  return new RusticError({ ...info, ...(fix && { fix: calledBy(program, fix) }) }, error);
}
