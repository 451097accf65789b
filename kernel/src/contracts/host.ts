import { defineService } from '../capability.js';
import type { Host, Secrets } from '../host.js';

declare module '../capability.js' {
  interface Services {
    host: Host;
    secrets: Secrets;
  }
}
export const host = defineService({ id: 'host', version: 1 });
export const secrets = defineService({ id: 'secrets', version: 1 });
