import type { ModelCapability, VendorOptions } from '@rustic-ai/kernel/contracts';

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
