import type { Access, Call, Effects } from '../capability.js';
import type { Deadlines } from '../deadlines.js';
import { kernelError, reasonOf } from '../errors.js';
import type { HookBus } from '../hooks.js';
import type { Member } from '../registry.js';
import type { Audit } from '../records/audit.js';
import { createCeiling, type Granted } from './match/granted.js';
import { type PathContext, realAccess } from './match/paths.js';
import { ruleAllowing, type Rules, type Verdict } from './match/rules.js';
import type { Remembered } from '../records/grants.js';
import type { Answer, Approver, Ask, DecidedBy, Rule } from './types.js';

export interface GateRequest {
  readonly call: Call;
  readonly member: Member;
  /** The operation itself first, then what it is about to touch. */
  readonly accesses: readonly Access[];
  readonly input: unknown;
  /** Reasons of gate taps that want a person to decide. */
  readonly asks: readonly string[];
}
/** Decides every call: `allow`, `ask` or `deny`. Fails closed. */
export interface Gate {
  /** Returns when the call may run; at once where nothing has to be waited for. Throws: `RUSTIC_PERMISSION_*`. */
  authorise(request: GateRequest): void | Promise<void>;
  /** Takes down a refusal that another stage decided. */
  refuse(request: GateRequest, by: string, message: string): Error;
}
interface Judged extends Verdict {
  readonly access: Access;
}
const outcomes: readonly Answer['outcome'][] = ['once', 'session', 'project', 'user', 'deny'];
/** Effects of a member that declares none, nor its operation: the worst. */
const worst: Effects = Object.freeze({ kind: 'destructive', idempotent: false, openWorld: true });
const effectsOf = ({ declaration, operation }: Member): Effects => declaration.effects ?? operation.effects ?? worst;
const looks = (member: Member) => ['none', 'read'].includes(effectsOf(member).kind);

export function createGate(parts: {
  readonly rules: Rules;
  readonly remembered: Remembered;
  readonly granted: (plugin: string) => readonly Granted[];
  readonly paths: PathContext;
  readonly approver: () => Promise<Approver | undefined>;
  readonly askLimitMs: number;
  readonly hooks: HookBus;
  readonly deadlines: Deadlines;
  readonly audit: Audit;
  readonly onFailure: (error: unknown) => void;
}): Gate {
  const { rules, remembered } = parts;
  const ceiling = createCeiling(parts.granted, parts.paths);
  let asked = 0;

  const refuse = (request: GateRequest, by: string, message: string, rule?: Rule) => {
    parts.audit.record(request, 'deny', by, rule);
    const access = request.accesses.map(({ action, resource }) => `${action} ${resource}`).join(', ');
    return kernelError('RUSTIC_PERMISSION_DENIED', { ...request.member.label, access, by, message });
  };

  /** Fails closed: grants that can not be read answer nothing. */
  const remembers = (access: Access, request: GateRequest) =>
    remembered.covers(access, request).catch((error: unknown) => {
      parts.onFailure(error);
      return false;
    });
  /** Takes down that a call may run; what changes something runs only when that is kept. */
  const allow = async (request: GateRequest, by: string, rule?: Rule): Promise<void> => {
    parts.audit.record(request, 'allow', by, rule);
    if (looks(request.member) && !request.accesses.some(({ action }) => action === 'exec')) return;
    await parts.audit.flush().catch((error: unknown) => {
      throw kernelError('RUSTIC_AUDIT_UNAVAILABLE', { reason: reasonOf(error) }, error);
    });
  };

  const judge = async (access: Access, request: GateRequest): Promise<Judged> => {
    const { call, member } = request;
    let verdict = await rules.judge(access, { call, plugin: member.plugin });
    const own = access === request.accesses[0];
    if (own && verdict.by === 'default' && effectsOf(member).kind === 'destructive')
      verdict = { effect: 'ask', by: 'default' };
    const granted = verdict.effect === 'ask' && !verdict.rule?.every && (await remembers(access, request));
    return granted ? { access, effect: 'allow', by: 'grant' } : { access, ...verdict };
  };

  const decide = async (raw: GateRequest): Promise<void> => {
    const [own, ...named] = raw.accesses as readonly [Access, ...Access[]];
    const declared = await Promise.all(named.map((access) => realAccess(access, parts.paths.root)));
    const request = { ...raw, accesses: [own, ...declared] };
    const { label, plugin } = request.member;
    if (effectsOf(request.member).kind === 'none' && declared[0]) {
      parts.audit.record(request, 'deny', 'effects');
      throw kernelError('RUSTIC_OPERATION_EFFECTS', { ...label, action: declared[0].action });
    }
    for (const access of declared) {
      if (await ceiling(plugin, access)) continue;
      parts.audit.record(request, 'deny', 'ceiling');
      throw kernelError('RUSTIC_PERMISSION_CEILING', { plugin, access: `${access.action} ${access.resource}` });
    }
    const judged = await Promise.all(request.accesses.map((access) => judge(access, request)));
    const denied = judged.find(({ effect }) => effect === 'deny');
    if (denied) throw refuse(request, 'rule', denied.rule?.reason ?? 'A rule forbids it.', denied.rule);
    const open = judged.filter(({ effect }) => effect === 'ask');
    if (open.length > 0 || request.asks.length > 0) return ask(request, open);
    const why = judged.find(({ by }) => by !== 'default');
    await allow(request, why?.by ?? 'default', why?.rule);
  };

  const ask = async (request: GateRequest, open: readonly Judged[]) => {
    const { call, member, accesses, input, asks } = request;
    const { label, plugin, version, declaration, implementation } = member;
    const [first, ...others] = open;
    const rememberable = others.length === 0 && asks.length === 0 && !first?.rule?.every && first?.access;
    const wouldStore = rememberable && (await ruleAllowing(rememberable));
    const undecided = open.flatMap(
      (one) => one.parts?.flatMap(({ effect, text }) => (effect === 'ask' ? [text] : [])) ?? [],
    );
    const preview = await implementation?.preview?.(input as never, call);
    const question: Ask = Object.freeze({
      ...label,
      plugin,
      version,
      accesses,
      title: declaration.summary,
      detail: preview ?? { type: 'json' as const, text: JSON.stringify(input, null, 2) },
      origin: call.origin,
      ...(wouldStore && { wouldStore }),
      ...(undecided.length > 0 && { undecided }),
      reason: asks[0] ?? first?.rule?.reason ?? 'no rule allows it',
    });
    const id = `ask-${++asked}`;
    await parts.hooks.observe('permission.requested', { id, ask: question });
    const { answer, by } = await answerOf(question, call);
    await parts.hooks.observe('permission.decided', { id, ask: question, answer, by });
    if (answer.outcome === 'deny') throw refuse(request, by, answer.message ?? 'The answer was no.');
    if (answer.outcome !== 'once' && wouldStore)
      await remembered.keep(wouldStore, answer.outcome, answer.expires, request).catch((error: unknown) => {
        const details = { scope: answer.outcome, reason: reasonOf(error) };
        parts.onFailure(kernelError('RUSTIC_GRANT_NOT_KEPT', details, error));
      });
    await allow(request, by, first?.rule);
  };

  const answerOf = async (question: Ask, call: Call): Promise<{ answer: Answer; by: DecidedBy }> => {
    const no = (message: string) => ({ answer: { outcome: 'deny', message } as const, by: 'policy' as const });
    if (call.origin.headless) return no('Nobody is there to ask.');
    const controller = new AbortController();
    const signal = AbortSignal.any([call.signal, controller.signal]);
    const watch = parts.deadlines.watch(() => controller.abort(), parts.askLimitMs);
    try {
      const approver = await parts.approver();
      if (!approver) return no('The composition has nobody who answers questions.');
      const late = no('The question was cancelled or not answered in time.');
      if (signal.aborted) return late;
      const ended = new Promise<undefined>((resolve) => {
        signal.addEventListener('abort', () => resolve(undefined), { once: true });
      });
      const answer = await Promise.race([approver.ask(question, signal), ended]);
      if (!answer && signal.aborted) return late;
      return answer && outcomes.includes(answer.outcome)
        ? { answer, by: approver.by ?? 'person' }
        : no('The answer was none that is known.');
    } catch (error) {
      return no(reasonOf(error));
    } finally {
      watch.end();
    }
  };

  return {
    authorise(request) {
      const { accesses, asks, member, call } = request;
      if (accesses.length > 1 || asks.length > 0 || !looks(member)) return decide(request);
      // Nothing but the operation itself, which changes nothing: mostly this is known without waiting.
      const verdict = rules.judge(accesses[0] as Access, { call, plugin: member.plugin });
      if (verdict instanceof Promise || verdict.effect !== 'allow') return decide(request);
      return parts.audit.record(request, 'allow', verdict.by, verdict.rule);
    },
    refuse: (request, by, message) => refuse(request, by, message),
  };
}
