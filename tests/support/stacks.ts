import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { domains as allDomains } from '../../functions/contracts.ts';
import type { Domain } from '../../functions/runtime/contract.ts';
import { clientNest } from '../../lib/app.ts';
import { bundleDirectory, deployedFunctions } from '../../lib/deployed-functions.ts';
import { settings as ofStages, type Settings } from '../../lib/settings.ts';

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  Metadata: z.object({ 'aws:cdk:path': z.string().optional() }).optional(),
});
export type Resource = z.infer<typeof Resource>;

const Stack = z.object({ Resources: z.record(z.string(), Resource) });

const temporary: string[] = [];
process.once('exit', () => {
  for (const directory of temporary) rmSync(directory, { recursive: true, force: true });
});

/** A directory that is gone when the process is. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'clientnest-'));
  temporary.push(directory);
  return directory;
}

type SampleOptions = { settings?: Settings; domains?: readonly Domain[] };

/** The app over stub bundles: what stacks say does not hang on what functions do. */
export function sampleApp({ settings = ofStages.dev, domains = allDomains }: SampleOptions = {}) {
  const bundles = temporaryDirectory();
  for (const entry of deployedFunctions(domains)) {
    const directory = bundleDirectory(entry, bundles);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'index.mjs'), `export const handler = '${entry.name}';\n`);
  }
  return clientNest(settings, { outdir: temporaryDirectory(), domains, bundles });
}

type Templates = ReadonlyMap<string, unknown>;

/** Every stack's template by the stack's name, as it was written. */
export const templatesOf = (app: App): Templates =>
  new Map(app.synth().stacks.map((stack) => [stack.stackName, stack.template]));

const made = new Map<string, Templates>();

/** The same of the app over stub bundles; made once for each stage and choice of domains. */
export function sampleTemplates({ settings = ofStages.dev, domains = allDomains }: SampleOptions = {}): Templates {
  const key = JSON.stringify([settings, domains.map(({ name }) => name)]);
  const templates = made.get(key) ?? templatesOf(sampleApp({ settings, domains }));
  made.set(key, templates);
  return templates;
}

/** The resources of one stack, or of the stacks whose names fit. */
export function resourcesOf(templates: ReadonlyMap<string, unknown>, stackName: string | RegExp = /./): Resource[] {
  const wanted = [...templates].filter(([name]) =>
    typeof stackName === 'string' ? name === stackName : stackName.test(name),
  );
  return wanted.flatMap(([, template]) => Object.values(Stack.parse(template).Resources));
}

export const ofType = (resources: readonly Resource[], type: string) =>
  resources.filter((resource) => resource.Type === type);
