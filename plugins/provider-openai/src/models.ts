import { createModelFamily, type ModelCapability, type VendorOptions } from '@rustic-ai/kernel/contracts';
import { complaintOf } from './complaint.js';
import { connect } from './connect.js';

/** A server that speaks a protocol of OpenAI's. */
export interface OpenAiModels extends Pick<
  VendorOptions,
  'vendor' | 'baseUrl' | 'timeoutMs' | 'models' | 'key' | 'own'
> {
  readonly api: 'chat' | 'responses';
  /** Whether that model reasons: the Responses API then gives its reasoning, encrypted, to be handed back. */
  readonly reasons: (name: string) => boolean;
  readonly capabilities: (name: string) => readonly ModelCapability[] | undefined;
  /** Whether the server counts tokens. Default: false, they are counted here for OpenAI's models and estimated for others. */
  readonly counts?: boolean;
}

/** The models of such a server: what `provider-openai` offers, and providers of compatible vendors build on. */
export const createOpenAiModels = (server: OpenAiModels) =>
  createModelFamily({
    ...server,
    headers: (key) => ({ authorization: `Bearer ${key || 'none'}` }),
    connect: (fetch, key) => connect({ ...server, fetch, key }),
    complaint: complaintOf,
  });
