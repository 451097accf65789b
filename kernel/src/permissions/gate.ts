import type { Access, Call, Effects } from '../capability.js';
import type { Deadlines } from '../deadlines.js';
import { kernelError, reasonOf } from '../errors.js';
import type { HookBus } from '../hooks.js';
import type { Member } from '../registry.js';
import type { Audit } from './audit.js';
import { type PathContext, realPath } from './match/paths.js';
import { compileCeiling, compileRules, type Granted, stricter, type Verdict } from './match/rules.js';
import type { Answer, Approver, Ask, DecidedBy, Rule, ScopedRule } from './types.js';

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
const outcomes: readonly Answer['outcome'][] = ['once', 'session', 'project', 'user', 'deny'];
/** Effects of a member that declares none, nor its operation: the worst. */
const worst: Effects = Object.freeze({ kind: 'destructive', idempotent: false, openWorld: true });
const effectsOf = ({ declaration, operation }: Member): Effects => declaration.effects ?? operation.effects ?? worst;

export function createGate(parts: {
  readonly rules: readonly ScopedRule[];
  /** Actions that stand for operations: allowed unless a rule says otherwise. */
  readonly operations: ReadonlySet<string>;
  readonly granted: (plugin: string) => readonly Granted[];
  readonly paths: PathContext;
  readonly approver: () => Promise<Approver | undefined>;
  readonly askLimitMs: number;
  readonly hooks: HookBus;
  readonly deadlines: Deadlines;
  readonly audit: Audit;
  readonly now: () => number;
}): Gate {
  const rules = compileRules(parts);
  const ceilings = new Map<string, (access: Access) => Promise<boolean>>();
  const ceilingOf = (plugin: string) => {
    const known = ceilings.get(plugin) ?? compileCeiling(parts.granted(plugin), parts.paths);
    ceilings.set(plugin, known);
    return known;
  };
  const grants: { access: Access; session: string | undefined; plugin: string; name: string }[] = [];
  let asked = 0;

  /** A copy that nobody can change after it was judged, its local path made real. */
  const real = async ({ action, resource, target }: Access): Promise<Access> => {
    const local = action.startsWith('fs.') && !target;
    const at = local ? await realPath(resource, parts.paths.root) : resource;
    return Object.freeze({ action, resource: at, ...(target !== undefined && { target }) });
  };

  const refuse = (request: GateRequest, by: string, message: string, rule?: Rule) => {
    parts.audit.record(request, 'deny', by, rule);
    const { operation, name } = request.member;
    const access = request.accesses.map(({ action, resource }) => `${action} ${resource}`).join(', ');
    return kernelError('RUSTIC_PERMISSION_DENIED', { operation: operation.id, name, access, by, message });
  };

  const decide = async (raw: GateRequest): Promise<void> => {
    const [own, ...declared] = raw.accesses as readonly [Access, ...Access[]];
    const request = { ...raw, accesses: [own, ...(await Promise.all(declared.map(real)))] };
    const { call, member } = request;
    const { name, plugin, operation } = member;
    const effects = effectsOf(member);
    if (effects.kind === 'none' && declared[0]) {
      parts.audit.record(request, 'deny', 'effects');
      throw kernelError('RUSTIC_OPERATION_EFFECTS', { operation: operation.id, name, action: declared[0].action });
    }
    for (const access of request.accesses.slice(1)) {
      if (await ceilingOf(plugin)(access)) continue;
      parts.audit.record(request, 'deny', 'ceiling');
      throw kernelError('RUSTIC_PERMISSION_CEILING', { plugin, access: `${access.action} ${access.resource}` });
    }
    let verdict: Verdict = { effect: 'allow', by: 'default' };
    const open: { access: Access; rule: ScopedRule | undefined }[] = [];
    for (const access of request.accesses) {
      let one = await rules.judge(access, { call, plugin });
      if (access === own && one.by === 'default' && effects.kind === 'destructive')
        one = { effect: 'ask', by: 'default' };
      if (one.effect === 'deny') throw refuse(request, 'rule', one.rule?.reason ?? 'A rule forbids it.', one.rule);
      if (one.effect === 'ask') {
        if (grants.some((grant) => answers(grant, one.rule, access, request))) one = { effect: 'allow', by: 'grant' };
        else open.push({ access, rule: one.rule });
      }
      verdict = stricter(verdict.by === 'default' && one.by !== 'default' ? undefined : verdict, one);
    }
    if (open.length === 0 && request.asks.length === 0)
      return parts.audit.record(request, 'allow', verdict.by, verdict.rule);
    await ask(request, open, call);
  };

  const answers = (
    grant: (typeof grants)[number],
    rule: ScopedRule | undefined,
    access: Access,
    request: GateRequest,
  ) =>
    !rule?.every &&
    grant.access.action === access.action &&
    grant.access.resource === access.resource &&
    grant.access.target === access.target &&
    grant.plugin === request.member.plugin &&
    grant.name === request.member.name &&
    grant.session === request.call.origin.session;

  const ask = async (
    request: GateRequest,
    open: readonly { access: Access; rule: ScopedRule | undefined }[],
    call: Call,
  ) => {
    const [first] = open;
    const rememberable = open.length === 1 && request.asks.length === 0 && first && !first.rule?.every;
    const { operation, name, plugin, version, declaration, implementation } = request.member;
    const preview = await implementation?.preview?.(request.input as never, call);
    const question: Ask = Object.freeze({
      operation: operation.id,
      name,
      plugin,
      version,
      accesses: request.accesses,
      title: declaration.summary,
      detail: preview ?? { type: 'json' as const, text: JSON.stringify(request.input, null, 2) },
      origin: call.origin,
      ...(rememberable && {
        wouldStore: {
          effect: 'allow' as const,
          action: first.access.action,
          match: first.access.resource,
          ...(first.access.target !== undefined && { origin: { target: first.access.target } }),
        },
      }),
      reason: request.asks[0] ?? first?.rule?.reason ?? 'no rule allows it',
    });
    const id = `ask-${++asked}`;
    if (parts.hooks.has('permission.requested'))
      await parts.hooks.observe('permission.requested', Object.freeze({ id, ask: question }));
    const { answer, by } = await answerOf(question, call);
    if (parts.hooks.has('permission.decided'))
      await parts.hooks.observe('permission.decided', Object.freeze({ id, ask: question, answer, by }));
    if (answer.outcome === 'deny') throw refuse(request, by, answer.message ?? 'The answer was no.');
    if (answer.outcome !== 'once' && rememberable)
      grants.push({ access: first.access, session: call.origin.session, plugin, name });
    parts.audit.record(request, 'allow', by, first?.rule);
  };

  const answerOf = async (question: Ask, call: Call): Promise<{ answer: Answer; by: DecidedBy }> => {
    const no = (message: string) => ({ answer: { outcome: 'deny', message } as const, by: 'policy' as const });
    if (call.origin.headless) return no('Nobody is there to ask.');
    const controller = new AbortController();
    const signal = AbortSignal.any([call.signal, controller.signal]);
    const done = parts.deadlines.watch(() => controller.abort(), parts.askLimitMs);
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
      done();
    }
  };

  return {
    authorise(request) {
      const [own] = request.accesses;
      const plain =
        request.accesses.length === 1 &&
        request.asks.length === 0 &&
        effectsOf(request.member).kind !== 'destructive' &&
        own &&
        parts.operations.has(own.action) &&
        !rules.concern(own.action);
      return plain ? parts.audit.record(request, 'allow', 'default') : decide(request);
    },
    refuse: (request, by, message) => refuse(request, by, message),
  };
}
