import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Lifeline } from '../engines/lifeline.ts';
import { type Assembly, readAssembly } from '../template/assembly.ts';
import { type Resources, resolveResources } from '../template/resources.ts';
import { type AppModule, prepareApp } from './prepare-app.ts';

/** An app as its templates describe it, built and with every reference filled in. */
export type LoadedApp = {
  assembly: Assembly;
  resources: Resources;
  place: { region: string; account: string };
};

type Where = {
  app: AppModule;
  environment: Readonly<Record<string, string>> | undefined;
  directory: string;
  lifeline: Lifeline;
  awsUrl: string;
  apiUrl: string;
};

/** Builds the app into a directory of its own, so that functions under way keep the files they run from. */
export async function loadApp({ app, environment, directory, lifeline, ...urls }: Where): Promise<LoadedApp> {
  const outdir = mkdtempSync(join(directory, 'assembly-'));
  await prepareApp({ app, outdir, environment }, lifeline);
  const assembly = readAssembly(outdir);
  const [stack] = assembly.stacks;
  if (stack === undefined) throw new Error('local: the app has no stacks');
  const { region, account } = stack;
  return { assembly, resources: resolveResources(assembly, urls), place: { region, account } };
}

/** Whether two builds differ in more than the code of their functions. */
export function hasOtherTemplate(one: LoadedApp, other: LoadedApp): boolean {
  return shape(one) !== shape(other);
}

const shape = ({ resources }: LoadedApp) =>
  JSON.stringify(resources.all, (key, value: unknown) => (key === 'Code' || key === 'Metadata' ? undefined : value));
