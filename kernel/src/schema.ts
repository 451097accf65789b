import { Type } from 'typebox';
import { apiVersion, type Manifest } from './manifest.js';

export { Type };

/** Writes a manifest: data only, checked by the compiler, the type of its plugin. For `manifest.ts` files only. */
export const defineManifest = <const M extends Omit<Manifest, 'apiVersion'>>(
  manifest: M,
): M & { readonly apiVersion: typeof apiVersion } => Object.freeze({ apiVersion, ...manifest });
