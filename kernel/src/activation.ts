import type { Family, Handles, Implementation } from './capability.js';
import { type Deadlines, withDeadline } from './deadlines.js';
import { alteredFile } from './digest.js';
import { errorInfo, isRusticError, type Json, kernelError, reasonOf, type RusticError } from './errors.js';
import { type BootStep, type Explanation, explainBoot } from './explain.js';
import type { HookBus, TapEntry } from './hooks.js';
import { findPackage, type ImportModule, importPlugin } from './loader.js';
import type { LockedPlugin } from './lock.js';
import { type Manifest, parseManifest, type Plugin, type PluginHooks } from './manifest.js';
import type { Granted } from './permissions/match/granted.js';
import { hostServices, type Member, type Registry } from './registry.js';
import { createScope, type Scope } from './scope.js';

/** One plugin of the composition and where its code comes from. */
export interface Source {
  readonly id: string;
  readonly version: string;
  readonly manifest: Manifest;
  readonly options: { readonly [name: string]: Json };
  readonly permissions: readonly Granted[];
  readonly locked?: LockedPlugin;
  readonly plugin?: Plugin;
}
/** Starts plugins when something asks for what they contribute, and undoes what they registered. */
export interface Activation {
  activate(plugin: string, askedBy: string): Promise<void>;
  /** Gives a member its implementation. */
  implement(member: Member): Promise<void>;
  /** The members a family lists now. */
  members(family: Member): Promise<readonly Member[]>;
  service(plugin: string, id: string, holder: string): Promise<unknown>;
  startCritical(): Promise<void>;
  /** Set once a critical plugin failed: nothing may run any more. */
  readonly critical: RusticError | undefined;
  explain(totalMs: number): Explanation;
  dispose(): Promise<void>;
}
type Listed = Awaited<ReturnType<Family<string>['members']>>[number];
type Parts = Record<string, Record<string, unknown>>;
const setupLimitMs = 10_000;
const listLimitMs = 10_000;

export function createActivation(parts: {
  readonly sources: readonly Source[];
  readonly registry: Registry;
  readonly hooks: HookBus;
  readonly pluginHooks: PluginHooks;
  readonly deadlines: Deadlines;
  readonly from: string;
  readonly load: ImportModule;
  readonly handles: (operation: string, holder: string) => Handles<string>;
  readonly service: (id: string, holder: string) => Promise<unknown>;
  readonly log: (plugin: string, message: string, data?: unknown, level?: 'info' | 'error') => void;
}): Activation {
  const { registry, hooks, deadlines } = parts;
  const sources = new Map(parts.sources.map((source) => [source.id, source]));
  const running = new Map<string, Promise<Parts>>();
  const steps = new Map(
    parts.sources.map(({ id, version }): [string, BootStep] => [id, { plugin: id, version, state: 'declared' }]),
  );
  const scopes: Scope[] = [];
  const composition = Object.freeze(parts.sources.map(({ id, version }) => Object.freeze({ id, version })));
  const perPlugin = new Map<string, unknown>();
  let critical: RusticError | undefined;
  let disposed = false;
  const step = (plugin: string, change: Partial<BootStep>) =>
    steps.set(plugin, { ...(steps.get(plugin) as BootStep), ...change });

  const loadOf = async ({ id, plugin, locked }: Source): Promise<Plugin> => {
    if (plugin) return plugin;
    const { package: name, files, entry, linked } = locked as LockedPlugin;
    const root = await findPackage(name, parts.from);
    const file = await alteredFile(root, files);
    if (file && !linked) throw kernelError('RUSTIC_PLUGIN_CHANGED', { package: name, file });
    if (file) parts.log(id, `${name} is linked and differs from the lock: ${file}`);
    return importPlugin(id, root, entry, parts.load);
  };

  const depsOf = async ({ id, manifest }: Source): Promise<Record<string, unknown>> => {
    const deps: Record<string, unknown> = {};
    for (const [name, requirement] of Object.entries(manifest.requires ?? {})) {
      const [form, capability] = Object.entries(requirement)[0] as [string, string];
      if (registry.operations.has(capability)) {
        const handles = parts.handles(capability, id);
        const present = form !== 'optional' || registry.members(capability).length > 0;
        if (form === 'all') deps[name] = handles;
        else if (present) Object.defineProperty(deps, name, { enumerable: true, get: () => handles.default });
      } else if (form === 'all') {
        const serving = (provider: string) => [provider, () => serve(provider, capability, id)];
        deps[name] = Object.fromEntries(registry.providers(capability).map(serving));
      } else if (form === 'one' || hostServices.includes(capability) || registry.provider(capability)) {
        deps[name] = await parts.service(capability, id);
      }
    }
    return deps;
  };

  const start = async (source: Source): Promise<Parts> => {
    const { id, manifest } = source;
    const scope = createScope();
    const refuse = (reason: string, cause?: unknown) =>
      kernelError('RUSTIC_PLUGIN_SETUP', { plugin: id, reason }, cause);
    try {
      parseManifest(manifest, id);
      const importedMs = performance.now();
      const plugin = await loadOf(source);
      step(id, { importMs: performance.now() - importedMs });
      const context = {
        id,
        deps: await depsOf(source),
        config: Object.freeze(structuredClone(source.options)),
        composition,
        hooks: parts.pluginHooks,
        log: (message: string, data?: Json) => parts.log(id, message, data),
        own: scope.own,
      };
      const setupMs = performance.now();
      const setup = (async () => plugin.setup(context as never))();
      const late = () => refuse(`it took over ${setupLimitMs} ms`);
      const contributed = ((await withDeadline(deadlines, setup, setupLimitMs, late)) ?? {}) as Parts;
      demandExactly(id, manifest, contributed);
      step(id, { setupMs: performance.now() - setupMs, state: 'active' });
      hooks.attach(id, (contributed.hook ?? {}) as Record<string, TapEntry['fn']>);
      scopes.push(scope);
      scope.own(() => (hooks.remove(id), step(id, { state: 'disposed' })));
      return contributed;
    } catch (error) {
      const failure = isRusticError(error) ? error : refuse(reasonOf(error), error);
      await scope.dispose();
      hooks.fail(id, failure);
      step(id, { state: 'failed', error: failure.message });
      if (manifest.critical)
        critical = kernelError('RUSTIC_PLUGIN_CRITICAL', { plugin: id, reason: failure.message }, failure);
      throw failure;
    }
  };

  const begin = (plugin: string, askedBy: string): Promise<Parts> => {
    const begun = running.get(plugin);
    if (begun) return begun;
    if (disposed) return Promise.reject(kernelError('RUSTIC_KERNEL_DISPOSED', {}));
    const source = sources.get(plugin) as Source;
    step(plugin, { state: 'starting', askedBy });
    const startedMs = performance.now();
    const starting = start(source);
    running.set(plugin, starting);
    const { version } = source;
    starting.then(
      () => void hooks.observe('plugin.activated', { plugin, version, durationMs: performance.now() - startedMs }),
      (error: unknown) => void hooks.observe('plugin.failed', { plugin, error: errorInfo(error) }),
    );
    return starting;
  };

  const serve = async (plugin: string, id: string, holder: string): Promise<unknown> => {
    const instance = (await begin(plugin, holder)).service?.[id];
    if (registry.services.get(id)?.per !== 'plugin') return instance;
    const key = `${plugin} ${id} ${holder}`;
    if (!perPlugin.has(key)) perPlugin.set(key, (instance as (plugin: string) => unknown)(holder));
    return perPlugin.get(key);
  };
  /** What the family that a member is of, or is, lists now. */
  const listed = async ({ plugin, operation, declared, label }: Member): Promise<readonly Listed[]> => {
    const family = (await begin(plugin, 'a family'))[operation.id]?.[declared] as Family<string>;
    const controller = new AbortController();
    const late = () => {
      controller.abort();
      return kernelError('RUSTIC_OPERATION_TIMEOUT', { ...label, limitMs: listLimitMs });
    };
    const listing = (async () => family.members(controller.signal))();
    const all = await withDeadline(deadlines, listing, listLimitMs, late);
    return all.filter(({ name }) => name.startsWith(declared.slice(0, -1)));
  };

  return {
    get critical() {
      return critical;
    },
    activate: async (plugin, askedBy) => void (await begin(plugin, askedBy)),
    async implement(member) {
      const { plugin, operation, name, label } = member;
      const own = (await begin(plugin, 'an operation'))[operation.id]?.[name];
      if (own) return void (member.implementation = own as Implementation<string>);
      const all = await listed(member);
      const found = all.findLast((one) => one.name === name);
      const known = all.map((one) => one.name).join(', ') || '(none)';
      if (!found) throw kernelError('RUSTIC_CAPABILITY_NOT_FOUND', { ...label, known });
      adopt(member, found);
    },
    members: async (family) =>
      (await listed(family)).flatMap((one) => {
        const member = registry.member(family.operation.id, one.name);
        if (member.declared !== family.name) return [];
        adopt(member, one);
        return [member];
      }),
    service: serve,
    async startCritical() {
      const all = parts.sources.filter(({ manifest }) => manifest.critical);
      await Promise.allSettled(all.map(({ id }) => begin(id, 'the start')));
      if (critical) throw critical;
    },
    explain: (totalMs) => explainBoot([...steps.values()], totalMs),
    async dispose() {
      disposed = true;
      await Promise.allSettled(running.values());
      for (let scope = scopes.pop(); scope; scope = scopes.pop()) {
        for (const error of await scope.dispose())
          parts.log('kernel', `disposal failed: ${reasonOf(error)}`, errorInfo(error), 'error');
      }
    },
  };
}

/** Takes what a family lists now; a schema that changed is compiled anew. */
function adopt(member: Member, listed: Listed): void {
  if (member.declaration.input !== listed.declaration.input) delete member.check;
  member.declaration = listed.declaration;
  member.implementation = listed;
}

/** A plugin returns what its manifest declares, no more and no less. */
function demandExactly(plugin: string, manifest: Manifest, contributed: Parts): void {
  const names = (all: object) =>
    Object.entries(all).flatMap(([part, members]) =>
      Object.keys((members as object) ?? {}).map((name) => `${part} "${name}"`),
    );
  const declared = new Set(names(manifest.contributes ?? {}));
  const returned = new Set(names(contributed));
  const extra = [...returned].find((what) => !declared.has(what));
  if (extra) throw kernelError('RUSTIC_PLUGIN_UNDECLARED', { plugin, what: extra });
  const missing = [...declared].find((what) => !returned.has(what));
  if (missing) throw kernelError('RUSTIC_PLUGIN_MISSING_PART', { plugin, what: missing });
}
