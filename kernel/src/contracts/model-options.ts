import { secretOption } from './secret-option.js';

/**
 * Options every provider of models has, as JSON Schema: a manifest adds what it says about them and their default.
 *
 * Shape: `apiKey` is a `SecretReference`; `baseUrl` an address over http or https without a user; `timeoutMs` how long to
 *   wait before an answer begins.
 */
export const modelOptions = {
  apiKey: secretOption,
  baseUrl: { pattern: String.raw`^https?://([^\s/?#@:\[\]]+|\[[\da-fA-F:.]+\])(:\d{1,5})?([/?#]\S*)?$` },
  timeoutMs: { minimum: 1_000, maximum: 3_600_000 },
} as const;
