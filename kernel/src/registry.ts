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
  declaration: Declaration;
  readonly family: boolean;
  /** The access every call of it implies. */
  readonly own: readonly [Access];
  /** Names of the operation's four hooks. */
  readonly points: { readonly call: string; readonly run: string; readonly result: string; readonly called: string };
  implementation?: Implementation<string>;
  check?: Check;
}
/** Who provides what, known from manifests alone. */
export interface Registry {
  readonly services: ReadonlyMap<string, ServiceDefinition>;
  readonly operations: ReadonlyMap<string, OperationDefinition>;
  /** Declared members and families, in composition order. */
  members(operation: string): readonly Member[];
  /** A declared member, or one of a family that covers the name, whether or not it is there. Throws: `RUSTIC_CAPABILITY_NOT_FOUND`. */
  member(operation: string, name: string): Member;
  /** The composition's choice, else the only member. Throws: `RUSTIC_CAPABILITY_AMBIGUOUS`, `RUSTIC_CAPABILITY_NOT_FOUND`. */
  chosen(operation: string): Member;
  providers(service: string): readonly string[];
  /** The plugin that provides a service. Throws: `RUSTIC_CAPABILITY_AMBIGUOUS`. */
  provider(service: string): string | undefined;
  /** Plugins, each after those whose services it requires. */
  readonly order: readonly string[];
}
export type Bindings = { readonly [capability: string]: string };
/** Services the host itself provides. */
export const hostServices = ['host', 'secrets'];

function createMember(
  parts: Pick<Member, 'operation' | 'name' | 'plugin' | 'version' | 'family'>,
  declaration: Declaration,
): Member {
  const { operation, name, plugin, version, family } = parts;
  const { id } = operation;
  const own = [Object.freeze({ action: actionOf(id), resource: name })] as const;
  const points = { call: `${id}.call`, run: `${id}.run`, result: `${id}.result`, called: `${id}.called` };
  return { operation, name, plugin, version, family, declaration, own, points };
}
/** The action of the gate that stands for an operation. */
export const actionOf = (operation: string): string => operation.split('.')[0] as string;

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
  const byId = new Map<string, Composed>();

  const declare = (plugin: Composed) => {
    const { id, version, manifest } = plugin;
    if (byId.has(id)) throw kernelError('RUSTIC_PLUGIN_DUPLICATE', { plugin: id });
    byId.set(id, plugin);
    const { service = {}, hook: _, ...contributed } = manifest.contributes ?? {};
    for (const name of Object.keys(service)) {
      if (!services.has(name)) throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin: id, capability: name });
      provided.set(name, [...(provided.get(name) ?? []), id]);
    }
    for (const [operation, declarations] of Object.entries(contributed)) {
      const definition = operations.get(operation);
      const known = members.get(operation);
      if (!definition || !known) throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin: id, capability: operation });
      for (const [name, declaration] of Object.entries(declarations ?? {})) {
        const first = known.get(name)?.plugin;
        if (first) throw kernelError('RUSTIC_CAPABILITY_TAKEN', { operation, name, first, second: id });
        const family = name.endsWith('*');
        known.set(
          name,
          createMember({ operation: definition, name, plugin: id, version, family }, declaration as Declaration),
        );
      }
    }
  };
  plugins.forEach(declare);

  const list = (operation: string) => [...(members.get(operation)?.values() ?? [])];
  const notFound = (operation: string, name: string) =>
    kernelError('RUSTIC_CAPABILITY_NOT_FOUND', {
      operation,
      name,
      known:
        list(operation)
          .map((member) => member.name)
          .join(', ') || '(none)',
    });
  const registry: Registry = {
    services,
    operations,
    members: list,
    member(operation, name) {
      const known = members.get(operation);
      const exact = known?.get(name) ?? listed.get(`${operation} ${name}`);
      if (exact && !exact.family) return exact;
      const family = list(operation).find((member) => member.family && name.startsWith(member.name.slice(0, -1)));
      if (!family || name.endsWith('*')) throw notFound(operation, name);
      const member = createMember({ ...family, name, family: false }, family.declaration);
      listed.set(`${operation} ${name}`, member);
      return member;
    },
    chosen(operation) {
      const bound = bind[operation];
      if (bound) return registry.member(operation, bound);
      const [only, ...others] = list(operation);
      if (!only) throw notFound(operation, 'default');
      // Which member of a family is meant, nobody can guess: it takes a binding.
      if (others.length === 0 && !only.family) return only;
      const names = [only, ...others].map((member) => member.name);
      throw kernelError('RUSTIC_CAPABILITY_AMBIGUOUS', { capability: operation, plugins: names.join(', ') });
    },
    providers: (service) => provided.get(service) ?? [],
    provider(service) {
      const all = provided.get(service) ?? [];
      if (bind[service]) return bind[service];
      if (all.length > 1)
        throw kernelError('RUSTIC_CAPABILITY_AMBIGUOUS', { capability: service, plugins: all.join(', ') });
      return all[0];
    },
    order: [],
  };

  const covers = (operation: string, name: string) =>
    list(operation).some((member) =>
      member.family ? name.startsWith(member.name.slice(0, -1)) : member.name === name,
    );
  for (const [capability, to] of Object.entries(bind)) {
    if (operations.has(capability) ? covers(capability, to) : provided.get(capability)?.includes(to)) continue;
    const known = operations.has(capability)
      ? list(capability).map((member) => member.name)
      : (provided.get(capability) ?? []);
    throw kernelError('RUSTIC_BIND_INVALID', { capability, to, known: known.join(', ') || '(none)' });
  }

  const needs = (plugin: string): string[] => {
    const found: string[] = [];
    for (const requirement of Object.values(byId.get(plugin)?.manifest.requires ?? {})) {
      const capability = capabilityOf(requirement);
      const isService = services.has(capability);
      if (!isService && !operations.has(capability))
        throw kernelError('RUSTIC_CAPABILITY_UNKNOWN', { plugin, capability });
      if (hostServices.includes(capability) || 'all' in requirement) continue;
      const provider = isService ? registry.provider(capability) : list(capability)[0]?.plugin;
      if (!provider && 'one' in requirement) throw kernelError('RUSTIC_CAPABILITY_MISSING', { plugin, capability });
      if (provider && isService) found.push(provider);
    }
    return found;
  };
  const requirements = new Map([...byId.keys()].map((id) => [id, needs(id)]));
  const sorted = sortGraph([...byId.keys()], (id) => requirements.get(id) ?? []);
  if ('cycle' in sorted) throw kernelError('RUSTIC_PLUGIN_CYCLE', { path: sorted.cycle.join(' -> ') });
  return { ...registry, order: sorted.order };
}
