import type { Call, Contracts, Handle, Handles, InvokeOptions, Origin, ResultOf, Services } from './capability.js';
import { createActivation, type Source } from './activation.js';
import { createDeadlines } from './deadlines.js';
import { errorInfo, kernelError, type Json, reasonOf } from './errors.js';
import type { Explanation } from './explain.js';
import { createHookBus, type HookBus } from './hooks.js';
import type { Host } from './host.js';
import type { ImportModule } from './loader.js';
import { configure, type Lock, type LockedPlugin } from './lock.js';
import { type AnyPlugin, parseManifest, type Plugin, type PluginHooks } from './manifest.js';
import { createInvoker } from './operation.js';
import { createAudit } from './permissions/audit.js';
import { createGate } from './permissions/gate.js';
import { pathContext } from './permissions/match/paths.js';
import { withScope } from './permissions/match/rules.js';
import type { Approver, AuditRow, Rule } from './permissions/types.js';
import { actionsOf, type Bindings, createRegistry, hostServices, type Member } from './registry.js';

export interface KernelOptions {
  readonly contracts: Contracts;
  readonly host: Host;
  /** A composition from a lock. */
  readonly lock?: Lock;
  /** Folder the lock's packages are looked up from. Default: `host.folders.cwd`. */
  readonly from?: string;
  /** A composition in code: plugins, each with its options where it has some. */
  readonly plugins?: readonly (AnyPlugin | readonly [AnyPlugin, { readonly [name: string]: Json }])[];
  readonly bind?: Bindings;
  /** Answers asks. Default: the composition's `approver` service. */
  readonly approve?: Approver['ask'];
  /** Rules beside the lock's, of the scope `session`. */
  readonly rules?: readonly Rule[];
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
  readonly hooks: PluginHooks & Pick<HookBus, 'chain'>;
  /** Every decision so far, chained. */
  audit(): readonly AuditRow[];
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
    ...(await inCode(options.plugins ?? [])),
  ];
  const bind = { ...lock?.bind, ...options.bind };
  const registry = createRegistry(sources, contracts, bind);
  const deadlines = createDeadlines();
  let disposed = false;

  const log = (plugin: string, message: string, data?: unknown, level: 'info' | 'error' = 'info') =>
    host.log({ level, plugin, message, ...(data !== undefined && { data: data as Json }) });
  const hooks = createHookBus({
    contracts,
    deadlines,
    activate: (plugin) => activation.activate(plugin, 'a hook'),
    onFailure: (error) => log(String(error.details.plugin ?? 'kernel'), error.message, errorInfo(error), 'error'),
  });
  for (const { id, manifest } of sources) hooks.declare(id, manifest.contributes?.hook);

  const audit = createAudit(() => host.now());
  const { approve } = options;
  const approver = async () => {
    if (approve) return { ask: approve };
    return registry.provider('approver') ? ((await service('approver', 'kernel')) as Approver) : undefined;
  };
  const gate = createGate({
    hooks,
    deadlines,
    audit,
    approver,
    askLimitMs: options.askLimitMs ?? 600_000,
    now: () => host.now(),
    rules: [...withScope(lock?.rules, 'project'), ...withScope(options.rules, 'session')],
    operations: actionsOf(contracts),
    granted: (plugin) => sources.find(({ id }) => id === plugin)?.permissions ?? [],
    paths: pathContext(host.folders),
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
      return member.declaration;
    },
    invoke: (input: unknown, parent?: Call, invokeOptions?: InvokeOptions) =>
      invoker.invoke(member, input, { holder, parent, options: invokeOptions }) as ResultOf<Op>,
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
    observe: async (hook, event) => hooks.observe(open(hook), event),
    transform: async (hook, value) => hooks.transform(open(hook), value),
    claim: async (hook, payload) => (await hooks.claim(open(hook), payload)) as never,
    collect: async (hook, payload) => (await hooks.collect(open(hook), payload)) as never,
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
    call: (origin = {}, signal) =>
      invoker.root({ plugin: 'host', agents: [], trigger: 'person', headless: false, ...origin }, signal),
    hooks: { ...pluginHooks, chain: hooks.chain },
    audit: () => audit.rows(),
    explain: () => activation.explain(bootMs),
    async dispose() {
      disposed = true;
      await activation.dispose();
      deadlines.dispose();
    },
  };
  await activation.startCritical();
  const bootMs = performance.now() - startedMs;
  return kernel;
}

async function inCode(plugins: NonNullable<KernelOptions['plugins']>): Promise<readonly Source[]> {
  return Promise.all(
    plugins.map(async (entry) => {
      const [plugin, given] = (Array.isArray(entry) ? entry : [entry, {}]) as readonly [
        Plugin,
        LockedPlugin['options'],
      ];
      const { default: data } = await plugin.manifest();
      const manifest = parseManifest(data, data?.id ?? 'a plugin in code');
      return { id: manifest.id, version: 'in-code', manifest, plugin, ...(await configure(manifest, given)) };
    }),
  );
}
