import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Lifeline } from '../engines/lifeline.ts';

/** A module that exports `prepare(outdir: string): Promise<void>`: bundles functions and writes a cloud assembly. */
export type AppModule = URL;
export const clientNestApp: AppModule = new URL('./clientnest.ts', import.meta.url);

const script = fileURLToPath(new URL('./prepare-process.ts', import.meta.url));

type Preparation = { app: AppModule; outdir: string; environment?: Readonly<Record<string, string>> | undefined };

/**
 * Builds an app in a process of its own, which ends: the CDK and esbuild take more memory than all the rest, and a
 * thread would not give all of it back.
 */
export async function prepareApp({ app, outdir, environment }: Preparation, lifeline: Lifeline): Promise<void> {
  // The CDK's own check of templates takes 3 of 4 seconds; `npm run synth` and the tests make it, a start need not.
  const env = { ...process.env, ...environment, CDK_VALIDATION: 'false' };
  const child = spawn(process.execPath, [script, app.href, outdir], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  lifeline.hold(child);
  const [problems, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`local: the app does not build\n${problems}`);
}
