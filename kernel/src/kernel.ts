import type {
  Access,
  Call,
  Contracts,
  Handle,
  Handles,
  InvokeOptions,
  Origin,
  ResultOf,
  Services,
} from './capability.js';
import { createActivation, type Source } from './activation.js';
import type { InCode } from './compose/in-code.js';
import { createDeadlines } from './deadlines.js';
import { errorInfo, kernelError, type Json, reasonOf } from './errors.js';
import type { Explanation } from './records/boot.js';
import { createHookBus, type HookBus } from './hooks.js';
import type { Host } from './host.js';
import type { ImportModule } from './loader.js';
import type { Lock } from './lock.js';
import type { AnyPlugin, Plugin, PluginHooks } from './manifest.js';
import { createInvoker } from './operation.js';
import { createAudit } from './records/audit.js';
import { createGate } from './permissions/gate.js';
import { createRemembered } from './records/grants.js';
import { pathContext, realAccess } from './permissions/match/paths.js';
import { compileRules, type Verdict, withScope } from './permissions/match/rules.js';
import type { Approver, AuditLog, AuditRow, Grants, Rule } from './permissions/types.js';
import { createTrace, type TraceStore } from './records/trace.js';
import { actionsOf, type Bindings, createRegistry, hostServices, type Member } from './registry.js';

export interface KernelOptions {
  readonly contracts: Contracts;
  readonly host: Host;
  /** A composition from a lock. */
  readonly lock?: Lock;
  /** Folder the lock's packages are looked up from. Default: `host.folders.cwd`. */
  readonly from?: string;
  /** A composition in code: plugins, each with its options where it has some. */
  readonly plugins?: readonly InCode[];
  readonly bind?: Bindings;
  /** Answers asks. Default: the composition's `approver` service. */
  readonly approve?: Approver['ask'];
  /** Rules beside the lock's. Default: of the scope `session`. */
  readonly rules?: readonly (Rule & { readonly scope?: 'user' | 'session' })[];
  /** Unit: ms. Default: 600,000. */
  readonly askLimitMs?: number;
  /** Default: `(url) => import(url)`. */
  readonly load?: ImportModule;
}
export interface Kernel {
  /** The members of an operation, held by the host. */
  use<Op extends string>(operation: Op): Handles<Op>;
  /**
   * A service, its provider activated. `holder`: whose instance it is, where each plugin has its own. Default: `host`.
   *
   * Throws: `RUSTIC_CAPABILITY_MISSING`, what its setup threw.
   */
  service<Id extends keyof Services>(id: Id, holder?: string): Promise<Services[Id]>;
  /** The plugin that provides a service, if any. */
  provider(service: string): string | undefined;
  /** A root call: the host's word for who is asking. Default: a person who can answer. */
  call(origin?: Partial<Pick<Origin, 'trigger' | 'headless'>>, signal?: AbortSignal): Call;
  /** Starts a plugin that nothing asked for yet. Throws: what its setup threw. */
  activate(plugin: string): Promise<void>;
  /**
   * Puts a new version of a plugin's code in the place of the old one; what requires a service of it is restarted. Its
   * manifest, options and rights stay. From a lock its entry is imported again; one composed in code is given as `next`.
   *
   * Shape: resolves when new calls reach the new version. A turn keeps the version it began with, also for what it
   *   calls later; the old one is undone when every call under way at that moment has ended. Its gate taps answer all the time, first the old, then the new.
   * Throws: what starting the new version threw; then the old one stays.
   */
  reload(plugin: string, next?: AnyPlugin): Promise<void>;
  readonly hooks: PluginHooks & Pick<HookBus, 'chain' | 'times'>;
  /**
   * What rules and defaults say to an access of a plugin's call, without asking anybody; grants are not looked at.
   * `agents`: whose call it is, the root first. Default: nobody's but the host's.
   */
  judge(access: Access, plugin?: string, agents?: readonly string[]): Promise<Verdict>;
  /** The newest decisions, chained; from the `audit` service where the composition has one. Throws: what that throws. */
  audit(): Promise<readonly AuditRow[]>;
  explain(): Explanation;
  /** Undoes everything plugins registered, in reverse order. Never throws. */
  dispose(): Promise<void>;
}

/**
 * Boots a composition: checks that it fits together, imports nothing that nobody asked for.
 *
 * Throws: what `createRegistry` throws, `RUSTIC_RULE_INVALID`, `RUSTIC_PLUGIN_OPTIONS`, `RUSTIC_PLUGIN_CRITICAL`.
 */
export async function createKernel(options: KernelOptions): Promise<Kernel> {
  const { contracts, host, lock } = options;
  const startedMs = performance.now();
  const sources: readonly Source[] = [
    ...(lock?.plugins.map((locked) => ({ ...locked, locked })) ?? []),
    ...(options.plugins ? await (await import('./compose/in-code.js')).inCode(options.plugins) : []),
  ];
  const bind = { ...lock?.bind, ...options.bind };
  const registry = createRegistry(sources, contracts, bind);
  const deadlines = createDeadlines();
  let disposed = false;

  const log = (plugin: string, message: string, data?: unknown, level: 'info' | 'error' = 'info') =>
    host.log({ level, plugin, message, ...(data !== undefined && { data: data as Json }) });
  const onFailure = (error: unknown) => {
    const info = errorInfo(error);
    const { plugin = 'kernel' } = (info.details ?? {}) as { readonly plugin?: string };
    log(plugin, info.message, info, 'error');
  };
  const now = () => host.now();
  /** A service the kernel itself uses where the composition has one. */
  const own = <T>(id: string) => {
    const provider = registry.provider(id);
    return { provided: provider !== undefined, get: async () => (provider && (await service(id, 'kernel'))) as T };
  };
  const traces = own<TraceStore>('hook.trace');
  const version = (plugin: string) => sources.find(({ id }) => id === plugin)?.version ?? '';
  const trace = createTrace({ now, version, store: traces.get, onFailure });
  const hooks = createHookBus({
    contracts,
    deadlines,
    activate: (plugin) => activation.activate(plugin, 'a hook'),
    onFailure,
    onChange: traces.provided ? trace.record : undefined,
  });
  for (const source of sources) hooks.declare(source, source.manifest.contributes?.hook);

  const audit = createAudit({ now, log: own<AuditLog | undefined>('audit').get, onFailure });
  const rules = {
    now,
    rules: [
      ...withScope(lock?.rules, 'project'),
      ...(options.rules ?? []).map((rule) => ({ scope: 'session' as const, ...rule })),
    ],
    operations: actionsOf(contracts),
    paths: await pathContext(host.folders),
  };
  const compiled = compileRules(rules);
  const { approve } = options;
  const gate = createGate({
    ...rules,
    rules: compiled,
    remembered: createRemembered({ ...rules, store: own<Grants | undefined>('grants').get }),
    hooks,
    deadlines,
    audit,
    approver: approve ? async () => ({ ask: approve }) : own<Approver | undefined>('approver').get,
    askLimitMs: options.askLimitMs ?? 600_000,
    granted: (plugin) => sources.find(({ id }) => id === plugin)?.permissions ?? [],
    onFailure,
  });

  const available = () => {
    if (disposed) throw kernelError('RUSTIC_KERNEL_DISPOSED', {});
    if (activation.critical) throw activation.critical;
  };
  const activate = (member: Member) => activation.implement(member);
  const invoker = createInvoker({ gate, hooks, deadlines, available, log, activate });

  const handle = <Op extends string>(member: Member, holder: string): Handle<Op> => ({
    name: member.name,
    plugin: member.plugin,
    get declaration() {
      return latest(member).declaration;
    },
    invoke: (input: unknown, parent?: Call, invokeOptions?: InvokeOptions) =>
      invoker.invoke((member = latest(member)), input, { holder, parent, options: invokeOptions }) as ResultOf<Op>,
  });
  const handles = <Op extends string>(operation: Op, holder: string): Handles<Op> => ({
    get default() {
      return handle<Op>(registry.chosen(operation), holder);
    },
    get: (name) => handle<Op>(registry.member(operation, name), holder),
    async list({ basket } = {}) {
      available();
      const listed = await Promise.all(
        registry.members(operation).map((member) => (member.family ? familyOf(member) : [member])),
      );
      const within = ({ declaration }: Member) =>
        basket === undefined || declaration.baskets?.some((one) => one === basket || one.startsWith(`${basket}/`));
      const unique = new Map(listed.flat().map((member) => [member.name, member]));
      return [...unique.values()].filter(within).map((member) => handle<Op>(member, holder));
    },
  });
  /** A family that can not be listed has no members; the others still have theirs. */
  const familyOf = (family: Member) =>
    activation.members(family).catch((error: unknown): readonly Member[] => {
      log(family.plugin, `"${family.name}" can not be listed: ${reasonOf(error)}`, errorInfo(error), 'error');
      return [];
    });
  const service = async (id: string, holder: string): Promise<unknown> => {
    if (hostServices.includes(id)) return id === 'host' ? host : host.secrets;
    const provider = registry.provider(id);
    if (!provider) throw kernelError('RUSTIC_CAPABILITY_MISSING', { plugin: holder, capability: id });
    return activation.service(provider, id, holder);
  };

  const defined = new Set(contracts.hooks.map(({ id }) => id));
  /** Keeps the hooks of operations to the kernel. */
  const open = (hook: string) => {
    if (!defined.has(hook) && contracts.operations.some(({ id }) => hook.startsWith(`${id}.`)))
      throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin: 'the firing plugin', capability: hook });
    return hook;
  };
  const pluginHooks: PluginHooks = {
    observe: (hook, event) => hooks.observe(open(hook), event),
    transform: (hook, value, about) => hooks.transform(open(hook), value, about),
    claim: (hook, payload) => hooks.claim(open(hook), payload) as never,
    collect: (hook, payload) => hooks.collect(open(hook), payload) as never,
  };

  const activation = createActivation({
    pluginHooks,
    sources,
    registry,
    hooks,
    deadlines,
    handles,
    service,
    log,
    from: options.from ?? host.folders.cwd,
    load: options.load ?? ((url) => import(url)),
    turn: invoker.turn,
  });
  const kernel: Kernel = {
    use: (operation) => handles(operation, 'host'),
    service: async (id, holder = 'host') => {
      available();
      return (await service(id, holder)) as never;
    },
    provider: (id) => registry.provider(id),
    async activate(plugin) {
      available();
      await activation.activate(plugin, 'host');
    },
    async reload(plugin, next) {
      available();
      await activation.reload(plugin, next as Plugin | undefined);
    },
    call: (origin = {}, signal) =>
      invoker.root({ plugin: 'host', agents: [], trigger: 'person', headless: false, ...origin }, signal),
    hooks: { ...pluginHooks, chain: hooks.chain, times: hooks.times },
    judge: async (access, plugin = 'host', agents = []) =>
      compiled.judge(await realAccess(access, rules.paths.root), { call: { origin: { agents } }, plugin }),
    audit: () => audit.rows(),
    explain: () => activation.explain(bootMs),
    async dispose() {
      disposed = true;
      await Promise.all([audit.flush(), traces.provided && trace.close(hooks.times())]).catch(onFailure);
      await activation.dispose();
      deadlines.dispose();
    },
  };
  await activation.startCritical();
  const bootMs = performance.now() - startedMs;
  return kernel;
}

/** What stands for a member now. */
const latest = (member: Member): Member => (member.next ? latest(member.next) : member);
