import ipaddr from 'ipaddr.js';

/** Azure's metadata and DNS, an address like any other to the registries. Source: Microsoft, "What is IP address 168.63.129.16?". */
const metadata = '168.63.129.16';
/** All that is assigned to the public network. Source: IANA, IPv6 Global Unicast Address Assignments. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** Why nothing is sent to an address; undefined for a public one. IPv4 inside IPv6 counts as what it leads to. */
export function whyNotPublic(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return 'unknown';
  const found = ipaddr.process(address);
  const range = found.range();
  if (range !== 'unicast') return range;
  if (found.toString() === metadata) return 'metadata';
  return found instanceof ipaddr.IPv6 && !found.match(globalUnicast) ? 'unassigned' : undefined;
}

/** The address a host is, where it is one. */
export function literalOf(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(bare) ? bare : undefined;
}
/** Whether two texts are one address. */
export const isSame = (one: string, other: string): boolean =>
  ipaddr.process(one).toNormalizedString() === ipaddr.process(other).toNormalizedString();
