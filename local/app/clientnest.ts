import { buildFunctions } from '../../lib/bundles.ts';
import { settings } from '../../lib/settings.ts';

/** Bundles every function and synthesizes the app of the local stage. */
export async function prepare(outdir: string): Promise<void> {
  const bundling = buildFunctions();
  // The CDK takes a second to load: time enough for esbuild, which works in a process of its own.
  const { clientNest } = await import('../../lib/app.ts');
  await bundling;
  clientNest(settings.local, { outdir }).synth();
}
