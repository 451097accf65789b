/** How long a keychain has: it may ask somebody to unlock it. Unit: ms. */
const limitMs = 60_000;

/** The keychain of this user, as the operating system has one. */
export interface Keychain {
  read(name: string): Promise<string | undefined>;
  write(name: string, secret: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** What a program called `service` keeps there. Undefined: there is none here, or its library is not installed. */
export async function openKeychain(service: string): Promise<Keychain | undefined> {
  const library = await import('@napi-rs/keyring').catch(() => undefined);
  if (!library) return undefined;
  // The other store of Linux forgets everything when the machine is started again.
  const entry = (name: string) => new library.AsyncEntry(service, name, { linux: { store: 'secret-service' } });
  const limit = () => AbortSignal.timeout(limitMs);
  return {
    read: async (name) => (await entry(name).getPassword(limit())) ?? undefined,
    write: (name, secret) => entry(name).setPassword(secret, limit()),
    remove: async (name) => void (await entry(name).deleteCredential(limit())),
  };
}
