import type { Host } from '@rustic-ai/kernel';

/** A host that also reads the credentials this program keeps. They are looked for when one is read. */
export const withCredentials = (host: Host): Host => ({
  ...host,
  secrets: {
    async read(reference) {
      if (!('$secret' in reference)) return host.secrets.read(reference);
      const { createCredentials } = await import('./store.js');
      return createCredentials(host.folders.data).read(reference.$secret);
    },
  },
});
