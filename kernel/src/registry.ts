import type {
  Access,
  Contracts,
  Declaration,
  Implementation,
  OperationDefinition,
  ServiceDefinition,
} from './capability.js';
import { kernelError } from './errors.js';
import { sortGraph } from './graph.js';
import type { Manifest, Requirement } from './manifest.js';
import type { Check } from './validate.js';

/** One plugin of a composition, before anything of it is imported. */
export interface Composed {
  readonly id: string;
  readonly version: string;
  readonly manifest: Manifest;
}
/** One member of an operation: its declaration, and its implementation once its plugin is activated. */
export interface Member {
  readonly operation: OperationDefinition;
  readonly name: string;
  readonly plugin: string;
  readonly version: string;
  /** Its operation and name, as errors and events say them. */
  readonly label: { readonly operation: string; readonly name: string };
  declaration: Declaration;
  /** The name its manifest declares: its own, or that of the family it belongs to. */
  readonly declared: string;
  /** Stands for members that can't be known before its plugin is asked. */
  readonly family: boolean;
  /** The access every call of it implies. */
  readonly own: readonly [Access];
  /** Names of the operation's four hooks. */
  readonly points: { readonly call: string; readonly run: string; readonly result: string; readonly called: string };
  implementation?: Implementation<string>;
  check?: Check;
  /** What stands in its place since its plugin was reloaded. */
  next?: Member;
  /** In whose place it stands since the epoch of calls that has this number; absent when none of the earlier is left. */
  before?: Member;
  readonly since: number;
}
/** Who provides what, known from manifests alone. */
export interface Registry {
  readonly services: ReadonlyMap<string, ServiceDefinition>;
  readonly operations: ReadonlyMap<string, OperationDefinition>;
  /** Declared members and families, in composition order; those of plugins that failed are left out. */
  members(operation: string): readonly Member[];
  /** Leaves out what a plugin declared: it failed. Asked for by name, it still says so. */
  withdraw(plugin: string): void;
  /** Puts new members in the place of a plugin's old ones, to be implemented anew; calls of earlier epochs keep those. */
  renew(plugin: string, epoch: number): void;
  /** Lets go of a plugin's oldest members. */
  forget(plugin: string): void;
  /** A declared member, or one of a family that covers the name, whether or not it is there. Throws: `RUSTIC_CAPABILITY_NOT_FOUND`. */
  member(operation: string, name: string): Member;
  /** The composition's choice, else the only member. Throws: `RUSTIC_CAPABILITY_AMBIGUOUS`, `RUSTIC_CAPABILITY_NOT_FOUND`. */
  chosen(operation: string): Member;
  providers(service: string): readonly string[];
  /** The plugins whose services a plugin is given when it starts. */
  needs(plugin: string): readonly string[];
  /** The plugin that provides a service. Throws: `RUSTIC_CAPABILITY_AMBIGUOUS`. */
  provider(service: string): string | undefined;
}
export type Bindings = { readonly [capability: string]: string };
/** Services the host itself provides. */
export const hostServices = ['host', 'secrets'];

const memberOf = (
  declared: Pick<Member, 'operation' | 'plugin' | 'version' | 'declaration' | 'declared'>,
  name: string,
): Member => {
  const { id } = declared.operation;
  return {
    ...declared,
    name,
    family: name.endsWith('*'),
    label: Object.freeze({ operation: id, name }),
    own: [Object.freeze({ action: actionOf(id), resource: name })],
    since: 0,
    points: { call: `${id}.call`, run: `${id}.run`, result: `${id}.result`, called: `${id}.called` },
  };
};
const covers = (member: Member, name: string) => member.family && name.startsWith(member.name.slice(0, -1));
/** The action of the gate that stands for an operation. */
const actionOf = (operation: string): string => operation.split('.')[0] as string;
export const actionsOf = ({ operations }: Contracts): ReadonlySet<string> =>
  new Set(operations.map(({ id }) => actionOf(id)));

const capabilityOf = (requirement: Requirement) =>
  'one' in requirement ? requirement.one : 'optional' in requirement ? requirement.optional : requirement.all;

/**
 * Puts manifests together and refuses what does not fit, before any code of a plugin runs.
 *
 * Throws: `RUSTIC_PLUGIN_DUPLICATE`, `RUSTIC_PLUGIN_CYCLE`, `RUSTIC_CAPABILITY_UNKNOWN`, `…_TAKEN`, `…_MISSING`,
 *   `…_AMBIGUOUS`, `RUSTIC_BIND_INVALID`.
 */
export function createRegistry(plugins: readonly Composed[], contracts: Contracts, bind: Bindings): Registry {
  const services = new Map(contracts.services.map((definition) => [definition.id, definition]));
  const operations = new Map(contracts.operations.map((definition) => [definition.id, definition]));
  const provided = new Map<string, string[]>();
  const members = new Map<string, Map<string, Member>>([...operations.keys()].map((id) => [id, new Map()]));
  const listed = new Map<string, Member>();
  const ids = new Set<string>();
  const failed = new Set<string>();

  const declare = ({ id, version, manifest }: Composed) => {
    if (ids.has(id)) throw kernelError('RUSTIC_PLUGIN_DUPLICATE', { plugin: id });
    ids.add(id);
    const { service = {}, hook: _, ...contributed } = manifest.contributes ?? {};
    for (const name of Object.keys(service)) {
      if (!services.has(name)) throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin: id, capability: name });
      provided.set(name, [...(provided.get(name) ?? []), id]);
    }
    for (const [operation, declarations] of Object.entries(contributed)) {
      const definition = operations.get(operation);
      const known = members.get(operation);
      if (!definition || !known) throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin: id, capability: operation });
      for (const [name, declared] of Object.entries(declarations ?? {})) {
        const first = known.get(name)?.plugin;
        if (first) throw kernelError('RUSTIC_CAPABILITY_TAKEN', { operation, name, first, second: id });
        const declaration = declared as Declaration;
        known.set(name, memberOf({ operation: definition, plugin: id, version, declaration, declared: name }, name));
      }
    }
  };
  plugins.forEach(declare);

  const list = (operation: string) => [...(members.get(operation)?.values() ?? [])];
  const find = (operation: string, name: string) =>
    members.get(operation)?.get(name) ?? list(operation).find((member) => covers(member, name));
  /** What a capability can be bound to: names of members, or plugins. */
  const choices = (capability: string) =>
    operations.has(capability) ? list(capability).map((member) => member.name) : (provided.get(capability) ?? []);
  const known = (capability: string) => choices(capability).join(', ') || '(none)';
  const ambiguous = (capability: string) =>
    kernelError('RUSTIC_CAPABILITY_AMBIGUOUS', { capability, plugins: known(capability) });
  const notFound = (operation: string, name: string) =>
    kernelError('RUSTIC_CAPABILITY_NOT_FOUND', { operation, name, known: known(operation) });

  const registry: Registry = {
    services,
    operations,
    members: (operation) => list(operation).filter(({ plugin }) => !failed.has(plugin)),
    withdraw: (plugin) => void failed.add(plugin),
    renew(plugin, epoch) {
      failed.delete(plugin);
      for (const known of [...members.values(), listed])
        for (const [key, member] of known) {
          const { implementation: _, check: __, ...declared } = member;
          if (member.plugin === plugin) known.set(key, (member.next = { ...declared, before: member, since: epoch }));
        }
    },
    forget(plugin) {
      for (const known of [...members.values(), listed])
        for (let member of known.values()) {
          while (member.before?.before) member = member.before;
          if (member.plugin === plugin) delete member.before;
        }
    },
    member(operation, name) {
      const found = listed.get(`${operation} ${name}`) ?? find(operation, name);
      if (!found || name.endsWith('*')) throw notFound(operation, name);
      if (!found.family) return found;
      const member = memberOf(found, name);
      listed.set(`${operation} ${name}`, member);
      return member;
    },
    chosen(operation) {
      const bound = bind[operation];
      if (bound) return registry.member(operation, bound);
      const [only, ...others] = list(operation);
      if (!only) throw notFound(operation, 'default');
      // Which member of a family is meant, nobody can guess: it takes a binding.
      if (others.length > 0 || only.family) throw ambiguous(operation);
      return only;
    },
    providers: (service) => provided.get(service) ?? [],
    needs: (plugin) => requirements.get(plugin) ?? [],
    provider(service) {
      const [only, ...others] = registry.providers(service);
      if (bind[service]) return bind[service];
      if (others.length > 0) throw ambiguous(service);
      return only;
    },
  };

  for (const [capability, to] of Object.entries(bind))
    if (!(operations.has(capability) ? find(capability, to) : choices(capability).includes(to)))
      throw kernelError('RUSTIC_BIND_INVALID', { capability, to, known: known(capability) });

  const needs = ({ id: plugin, manifest }: Composed) =>
    Object.values(manifest.requires ?? {}).flatMap((requirement) => {
      const capability = capabilityOf(requirement);
      const isService = services.has(capability);
      if (!isService && !operations.has(capability))
        throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin, capability });
      if (hostServices.includes(capability) || 'all' in requirement) return [];
      const provider = isService ? registry.provider(capability) : list(capability)[0]?.plugin;
      if (!provider && 'one' in requirement) throw kernelError('RUSTIC_CAPABILITY_MISSING', { plugin, capability });
      return provider && isService ? [provider] : [];
    });
  const requirements = new Map(plugins.map((plugin) => [plugin.id, needs(plugin)]));
  const sorted = sortGraph([...requirements.keys()], (id) => requirements.get(id) ?? []);
  if ('cycle' in sorted) throw kernelError('RUSTIC_PLUGIN_CYCLE', { path: sorted.cycle.join(' -> ') });
  return registry;
}
