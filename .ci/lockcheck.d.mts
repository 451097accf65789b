export interface PackageLock {
  readonly packages: { readonly [folder: string]: object };
}
export function missingFromLock(lock: PackageLock): string[];
export function withInstallScript(lock: PackageLock): string[];
export function readPackageLock(): PackageLock;
