import { type RunEvent, type Usage, visibleLine } from '@rustic-ai/kernel/contracts';
import type { Style } from '../style.js';

/** Where a conversation stands. */
export interface Standing {
  session: string | undefined;
  /** Name of the model that is asked for; undefined: the composition's choice. */
  model: string | undefined;
  agent: string | undefined;
  /** The model that answered last. */
  answered: string | undefined;
  /** Unit: tokens. */
  context: { readonly used: number; readonly size?: number } | undefined;
  /** Of this conversation. `costUsd` is absent while no price is known. */
  usage: Pick<Usage, 'inputTokens' | 'outputTokens' | 'costUsd'>;
}

/** Takes down what an event says of where the conversation stands. */
export function follow(standing: Standing, event: RunEvent): void {
  standing.session = event.sessionId || standing.session;
  if (event.type === 'session.started') standing.answered = event.model;
  if (event.type === 'retry' && event.model !== undefined) standing.answered = event.model;
  if (event.type === 'usage.updated') {
    const { contextUsed: used, contextSize: size } = event;
    standing.context = { used, ...(size !== undefined && { size }) };
  }
  if (event.type === 'run.completed') {
    const { usage } = standing;
    const { inputTokens, outputTokens, costUsd } = event.usage;
    standing.usage = {
      inputTokens: usage.inputTokens + inputTokens,
      outputTokens: usage.outputTokens + outputTokens,
      ...((usage.costUsd !== undefined || costUsd !== undefined) && {
        costUsd: (usage.costUsd ?? 0) + (costUsd ?? 0),
      }),
    };
  }
}

/** `900`, `12.3k`, `1.2m`. */
export function shortCount(count: number): string {
  if (count < 1_000) return String(count);
  const [size, unit] = count < 999_950 ? [1_000, 'k'] : [1_000_000, 'm'];
  return `${(count / size).toFixed(1).replace(/\.0$/, '')}${unit}`;
}

export function contextText({ context }: Standing): string | undefined {
  if (!context) return undefined;
  const { used, size } = context;
  if (size === undefined) return `context ${shortCount(used)}`;
  return `context ${shortCount(used)}/${shortCount(size)} (${Math.round((used / size) * 100)} %)`;
}

/** Session, model, context, cost; then the same with less and less, for narrower terminals. */
export function footers(standing: Standing, { signs }: Pick<Style, 'signs'>): readonly string[] {
  const { session, model, answered, usage } = standing;
  const id = visibleLine(session ?? '');
  const cost = usage.costUsd === undefined ? '' : `$${usage.costUsd.toFixed(4)}`;
  const rest = [visibleLine(model ?? answered ?? ''), contextText(standing) ?? '', cost];
  const short = visibleLine(session?.slice(-8) ?? '');
  const first = session === undefined ? ['new session', 'new'] : [`session ${id}`, short];
  const all = [...first.map((about) => [about, ...rest]), rest, rest.slice(1), [cost]];
  return all.map((parts) => parts.filter(Boolean).join(signs.between)).filter(Boolean);
}
