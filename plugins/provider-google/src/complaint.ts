import type { Complaint } from '@rustic-ai/kernel/contracts';

interface Told {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}
interface Detail {
  readonly reason?: string;
  readonly retryDelay?: string;
  readonly fieldViolations?: readonly { readonly field?: string }[];
}
const tooLong = /token count.*exceeds|exceeds the maximum number of tokens/i;
/** `Invalid value at 'generation_config.temperature'`, `Unknown name "foo"`. */
const named = /\bat '([\w.[\]]+)'|Unknown name "([\w.]+)"/;

/** Reads the body of a refusal, or what the SDK threw in the middle of a stream. Source: Google API errors, AIP-193. */
export function complaintOf(said: unknown): Complaint {
  const { code, message, details } = toldIn(said);
  const text = typeof message === 'string' ? message : '';
  const known = Array.isArray(details) ? (details as readonly Detail[]) : [];
  const match = named.exec(text);
  const field = known.flatMap(({ fieldViolations }) => fieldViolations ?? []).find((one) => one.field)?.field;
  const parameter = field ?? match?.[1] ?? match?.[2];
  const delay = /^(\d+(?:\.\d+)?)s$/.exec(known.find(({ retryDelay }) => retryDelay)?.retryDelay ?? '')?.[1];
  // A key that is wrong is an invalid argument there.
  const key = known.some(({ reason }) => reason === 'API_KEY_INVALID') || text.startsWith('API key not valid');
  return {
    ...(typeof code === 'number' && { status: code }),
    ...(text && { reason: text }),
    ...(parameter && { parameter }),
    ...(delay && { retryAfterMs: Math.round(Number(delay) * 1_000) }),
    ...(key && { what: 'key' as const }),
    ...(tooLong.test(text) && { what: 'too long' as const }),
  };
}

/** The SDK puts the whole body into the message of what it throws. */
function toldIn(said: unknown): Told {
  const body = said instanceof Error ? parsed(/\{[^]*\}/.exec(said.message)?.[0]) : said;
  const told = (body as { readonly error?: unknown } | null | undefined)?.error;
  return typeof told === 'object' && told !== null ? told : {};
}
function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
