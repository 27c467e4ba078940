import * as z from 'zod';
import { AppPlatformId } from '../../functions/platforms/contract.ts';
import { buildFunctions } from '../../lib/bundles.ts';
import { sandboxApis } from '../../lib/platform-apis.ts';
import { settings } from '../../lib/settings.ts';

const SandboxUrls = z.record(AppPlatformId, z.url());

/** Bundles every function and synthesizes the app of the local stage. */
export async function prepare(outdir: string): Promise<void> {
  const bundling = buildFunctions();
  // The CDK takes a second to load: time enough for esbuild, which works in a process of its own.
  const { clientNest } = await import('../../lib/app.ts');
  await bundling;
  clientNest({ ...settings.local, ...sandboxes() }, { outdir }).synth();
}

/** The sandboxes where they are, when that is not where they usually are. */
function sandboxes() {
  const { SANDBOX_URLS: urls } = process.env;
  if (urls === undefined) return {};
  const known = SandboxUrls.parse(JSON.parse(urls));
  return { platformApis: sandboxApis((platform) => known[platform]) };
}
