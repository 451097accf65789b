import { join } from 'node:path';
import type { Family, Handles, Implementation } from './capability.js';
import { type Deadlines, withDeadline } from './deadlines.js';
import { alteredFile } from './digest.js';
import { errorInfo, isRusticError, type Json, kernelError, reasonOf, type RusticError } from './errors.js';
import { type BootStep, type Explanation, explainBoot } from './records/boot.js';
import type { HookBus, TapEntry } from './hooks.js';
import { findPackage, type ImportModule, importPlugin } from './loader.js';
import type { LockedPlugin, Renames } from './lock.js';
import type { Manifest, Plugin, PluginHooks } from './manifest.js';
import type { Granted } from './permissions/match/granted.js';
import { hostServices, type Member, type Registry } from './registry.js';
import { createScope, type Scope } from './scope.js';
import { withDefaults } from './validate.js';

/** One plugin of the composition and where its code comes from. */
export interface Source {
  readonly id: string;
  readonly version: string;
  readonly manifest: Manifest;
  readonly rename?: Renames;
  readonly options: { readonly [name: string]: Json };
  readonly permissions: readonly Granted[];
  readonly locked?: LockedPlugin;
  readonly plugin?: Plugin;
  /** Above 0: its entry is imported again, whatever was imported before. */
  readonly revision?: number;
}
/** Starts plugins when something asks for what they contribute, and undoes what they registered. */
export interface Activation {
  activate(plugin: string, askedBy: string): Promise<void>;
  /** Gives a member its implementation. */
  implement(member: Member): Promise<void>;
  /** The members a family lists now. */
  members(family: Member): Promise<readonly Member[]>;
  service(plugin: string, id: string, holder: string): Promise<unknown>;
  /** Throws: what starting the new version threw; then the old one stays. */
  reload(plugin: string, next?: Plugin): Promise<void>;
  startCritical(): Promise<void>;
  /** Set once a critical plugin failed: nothing may run any more. */
  readonly critical: RusticError | undefined;
  explain(totalMs: number): Explanation;
  dispose(): Promise<void>;
}
type Listed = Awaited<ReturnType<Family<string>['members']>>[number];
type Parts = Record<string, Record<string, unknown>>;
/** A plugin whose setup has returned. */
interface Started {
  readonly id: string;
  readonly scope: Scope;
  readonly contributed: Parts;
  /** Of services with one instance for each plugin that asks. */
  readonly instances: Map<string, unknown>;
}
const setupLimitMs = 10_000;
/** For each part that is undone. */
const undoLimitMs = 5_000;
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
  /** Begins an epoch of calls; resolves when every call of those before has ended. */
  readonly turn: () => { readonly epoch: number; readonly quiet: Promise<unknown> };
}): Activation {
  const { registry, hooks, deadlines } = parts;
  const sources = new Map(parts.sources.map((source) => [source.id, source]));
  const running = new Map<string, Promise<Started>>();
  const steps = new Map(
    parts.sources.map(({ id, version }): [string, BootStep] => [id, { plugin: id, version, state: 'declared' }]),
  );
  /** What was started and not undone yet, in the order of the start. */
  let live: readonly Started[] = [];
  const composition = Object.freeze(parts.sources.map(({ id, version }) => Object.freeze({ id, version })));
  let critical: RusticError | undefined;
  let disposed = false;
  let revisions = 0;
  let reloads: Promise<unknown> = Promise.resolve();
  let retired: Promise<unknown> = Promise.resolve();
  const step = (plugin: string, change: Partial<BootStep>) =>
    steps.set(plugin, { ...(steps.get(plugin) as BootStep), ...change });
  const sourceOf = (plugin: string): Source => {
    const source = sources.get(plugin);
    const known = [...sources.keys()].join(', ');
    if (!source) throw kernelError('RUSTIC_CAPABILITY_NOT_FOUND', { operation: 'plugin', name: plugin, known });
    return source;
  };

  const loadOf = async ({ id, plugin, locked, revision }: Source): Promise<Plugin> => {
    if (plugin) return plugin;
    const { package: name, files, entry, linked } = locked as LockedPlugin;
    const root = await findPackage(name, parts.from);
    // Nothing runs type declarations, and they would be most of what is read at a start.
    const run = Object.entries(files).filter(([path]) => !path.endsWith('.d.ts'));
    const file = await alteredFile(root, Object.fromEntries(run));
    if (file && !linked) throw kernelError('RUSTIC_PLUGIN_CHANGED', { package: name, file });
    if (file) parts.log(id, `${name} is linked and differs from the lock: ${file}`);
    return importPlugin(id, join(root, entry), parts.load, revision);
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

  const within = <T>(work: Promise<T>, limitMs: number) =>
    withDeadline(deadlines, work, limitMs, () => new Error(`it took over ${limitMs} ms`));
  const undo = async ({ id, scope }: Pick<Started, 'id' | 'scope'>) => {
    for (const error of await scope.dispose()) {
      const failure = kernelError('RUSTIC_PLUGIN_DISPOSE', { plugin: id, reason: reasonOf(error) }, error);
      parts.log(id, failure.message, errorInfo(failure), 'error');
    }
  };
  /** Runs a plugin's code up to where it could serve; puts nothing in its place. */
  const start = async (source: Source): Promise<Started> => {
    const { id, manifest } = source;
    const scope = createScope((work) => within(work, undoLimitMs));
    try {
      const importedMs = performance.now();
      const plugin = await within(loadOf(source), setupLimitMs);
      step(id, { importMs: performance.now() - importedMs });
      const context = {
        id,
        deps: await depsOf(source),
        config: Object.freeze(withDefaults(manifest.config ?? {}, source.options)),
        composition,
        hooks: parts.pluginHooks,
        log: (message: string, data?: Json) => parts.log(id, message, data),
        own: scope.own,
      };
      const setupMs = performance.now();
      const setup = (async () => plugin.setup(context as never))();
      const contributed = { ...(await within(setup, setupLimitMs)) } as Parts;
      for (const [operation, names] of Object.entries(source.rename ?? {})) {
        const now = new Map(Object.entries(names));
        const own = Object.entries(contributed[operation] ?? {});
        contributed[operation] = Object.fromEntries(own.map(([name, one]) => [now.get(name) ?? name, one]));
      }
      demandExactly(id, manifest, contributed);
      step(id, { setupMs: performance.now() - setupMs });
      return { id, scope, contributed, instances: new Map() };
    } catch (error) {
      await undo({ id, scope });
      if (isRusticError(error)) throw error;
      throw kernelError('RUSTIC_PLUGIN_SETUP', { plugin: id, reason: reasonOf(error) }, error);
    }
  };
  const place = (started: Started) => {
    const { id, contributed } = started;
    hooks.attach(id, (contributed.hook ?? {}) as Record<string, TapEntry['fn']>);
    live = [...live, started];
    step(id, { state: 'active' });
    return started;
  };
  const fail = ({ id, manifest }: Source, failure: RusticError) => {
    hooks.attach(id, {});
    hooks.fail(id, failure);
    registry.withdraw(id);
    step(id, { state: 'failed', error: failure.message });
    if (manifest.critical)
      critical = kernelError('RUSTIC_PLUGIN_CRITICAL', { plugin: id, reason: failure.message }, failure);
    return failure;
  };

  const begin = async (plugin: string, askedBy: string): Promise<Started> => {
    const begun = running.get(plugin);
    if (begun) return begun;
    if (disposed) throw kernelError('RUSTIC_KERNEL_DISPOSED', {});
    const source = sourceOf(plugin);
    step(plugin, { state: 'starting', askedBy });
    const startedMs = performance.now();
    const starting = start(source).then(place, (error: RusticError) => Promise.reject(fail(source, error)));
    running.set(plugin, starting);
    const { version } = source;
    starting.then(
      () => void hooks.observe('plugin.activated', { plugin, version, durationMs: performance.now() - startedMs }),
      (error: unknown) => void hooks.observe('plugin.failed', { plugin, error: errorInfo(error) }),
    );
    return starting;
  };

  /** A plugin and all that hold a service of it, or of one of those. */
  const holdersOf = (plugin: string): ReadonlySet<string> => {
    const held = new Set([plugin]);
    for (const { id } of live) if (registry.needs(id).some((provider) => held.has(provider))) held.add(id);
    return held;
  };
  const reload = async (plugin: string, next?: Plugin) => {
    const source = { ...sourceOf(plugin), revision: ++revisions, ...(next && { plugin: next }) };
    const started = await start(source);
    // What is starting meanwhile may have been given the old version.
    for (let before = -1; before < running.size; await Promise.allSettled(running.values())) before = running.size;
    if (disposed) await undo(started);
    if (disposed) throw kernelError('RUSTIC_KERNEL_DISPOSED', {});
    const held = holdersOf(plugin);
    const old = live.filter(({ id }) => held.has(id));
    sources.set(plugin, source);
    const { epoch, quiet } = parts.turn();
    for (const id of held) {
      running.delete(id);
      registry.renew(id, epoch);
    }
    running.set(plugin, Promise.resolve(place(started)));
    await Promise.allSettled([...held].map((id) => begin(id, plugin)));
    void quiet.then(() => retire(old));
  };
  /** Undoes what was replaced, once no call is under way that may have begun with it. */
  const retire = (old: readonly Started[]) => {
    for (const { id } of old) registry.forget(id);
    const left = live.filter((started) => old.includes(started));
    live = live.filter((started) => !old.includes(started));
    retired = Promise.all([retired, ...left.toReversed().map(undo)]);
  };

  const serve = async (plugin: string, id: string, holder: string): Promise<unknown> => {
    const { contributed, instances } = await begin(plugin, holder);
    const instance = contributed.service?.[id];
    if (registry.services.get(id)?.per !== 'plugin') return instance;
    const key = `${id} ${holder}`;
    if (!instances.has(key)) instances.set(key, (instance as (plugin: string) => unknown)(holder));
    return instances.get(key);
  };
  /** What the family that a member is of, or is, lists now. */
  const listed = async ({ plugin, operation, declared, label }: Member): Promise<readonly Listed[]> => {
    const family = (await begin(plugin, 'a family')).contributed[operation.id]?.[declared] as Family<string>;
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
      const own = (await begin(plugin, 'an operation')).contributed[operation.id]?.[name];
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
    reload: (plugin, next) => (reloads = reloads.catch(() => {}).then(() => reload(plugin, next))) as Promise<void>,
    async dispose() {
      disposed = true;
      await Promise.allSettled([reloads, ...running.values()]);
      const left = live.toReversed();
      live = [];
      for (const started of left) {
        hooks.remove(started.id);
        step(started.id, { state: 'disposed' });
        await undo(started);
      }
      await retired;
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
  const names = (all: { readonly [part: string]: object | undefined }) =>
    Object.entries(all).flatMap(([part, members]) => Object.keys(members ?? {}).map((name) => `${part} "${name}"`));
  const declared = new Set(names(manifest.contributes ?? {}));
  const returned = new Set(names(contributed));
  const extra = [...returned].find((what) => !declared.has(what));
  if (extra) throw kernelError('RUSTIC_PLUGIN_UNDECLARED', { plugin, what: extra });
  const missing = [...declared].find((what) => !returned.has(what));
  if (missing) throw kernelError('RUSTIC_PLUGIN_MISSING_PART', { plugin, what: missing });
}
