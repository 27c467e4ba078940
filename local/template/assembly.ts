import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});

const Template = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), Resource).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});
export type Template = z.infer<typeof Template>;

const Artifact = z.object({
  type: z.string(),
  environment: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
});
const Manifest = z.object({ artifacts: z.record(z.string(), Artifact).default({}) });
const StackProperties = z.object({ templateFile: z.string(), stackName: z.string().optional() });
const AssetProperties = z.object({ file: z.string() });
const NestedProperties = z.object({ directoryName: z.string() });
const AssetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

export type StackTemplate = { name: string; region: string; account: string; template: Template };

/** All stacks of a synthesized app, and where the files are that they would have uploaded. */
export type Assembly = { stacks: StackTemplate[]; assetDirectory: (objectKey: string) => string | undefined };

const defaultRegion = 'us-east-1';
const defaultAccount = '000000000000';

/** Reads a cloud assembly (`cdk.out`), the assemblies of its stages included. */
export function readAssembly(directory: string): Assembly {
  const assets = new Map<string, string>();
  return { stacks: readStacks(directory, assets), assetDirectory: (objectKey) => assets.get(objectKey) };
}

function readStacks(directory: string, assets: Map<string, string>): StackTemplate[] {
  const { artifacts } = readJson(join(directory, 'manifest.json'), Manifest);
  return Object.entries(artifacts).flatMap(([id, { type, environment, properties }]) => {
    if (type === 'aws:cloudformation:stack') return [readStack(directory, id, { environment, properties })];
    if (type === 'cdk:cloud-assembly')
      return readStacks(join(directory, NestedProperties.parse(properties).directoryName), assets);
    if (type === 'cdk:asset-manifest') collectAssets(directory, AssetProperties.parse(properties).file, assets);
    return [];
  });
}

function readStack(
  directory: string,
  id: string,
  artifact: { environment?: string; properties: object },
): StackTemplate {
  const { templateFile, stackName } = StackProperties.parse(artifact.properties);
  const [account, region] = artifact.environment?.replace('aws://', '').split('/') ?? [];
  return {
    name: stackName ?? id,
    account: account === undefined || account.startsWith('unknown') ? defaultAccount : account,
    region: region === undefined || region.startsWith('unknown') ? defaultRegion : region,
    template: readJson(join(directory, templateFile), Template),
  };
}

function collectAssets(directory: string, file: string, assets: Map<string, string>) {
  for (const { source, destinations } of Object.values(readJson(join(directory, file), AssetManifest).files))
    for (const { objectKey } of Object.values(destinations))
      if (source.path !== undefined) assets.set(objectKey, join(directory, source.path));
}

const readJson = <Schema extends z.ZodType>(file: string, schema: Schema) =>
  schema.parse(JSON.parse(readFileSync(file, 'utf8')));
