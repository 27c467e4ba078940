import { GetParameterCommand, GetParametersByPathCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { awsClient } from '../runtime/aws-client.ts';
import { config } from '../runtime/config.ts';
import { PlatformRefused } from './adapter.ts';
import { AppPlatformId } from './contract.ts';

/** Where a platform is called; `lib/platform-apis.ts` says so for each stage. `web` is what users see of it. */
const PlatformApi = z.object({
  web: z.url(),
  api: z.url(),
  /** Where tokens are given out and large files taken, where that is not `api`. */
  login: z.url().optional(),
  upload: z.url().optional(),
  version: z.string(),
});
export type PlatformApi = z.infer<typeof PlatformApi>;

const AppCredentials = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });
export type AppCredentials = z.infer<typeof AppCredentials>;

/** Our apps on the platforms that have one for all users. */
export type PlatformApps = {
  api: (platform: AppPlatformId) => PlatformApi;
  /** Undefined where the stage has no credentials for the platform. */
  find: (platform: AppPlatformId) => Promise<AppCredentials | undefined>;
};

const Apis = z.partialRecord(AppPlatformId, PlatformApi);

/** A changed parameter is seen after this time, without asking for it with every call. */
const keptMs = 5 * 60_000;

let client: SSMClient | undefined;
const ssm = () => {
  client ??= new SSMClient(awsClient);
  return client;
};

const pathOf = () => config('PLATFORM_APPS_PATH').PLATFORM_APPS_PATH;

/** The apps of the stage: their credentials are SecureStrings `<path>/<platform>`, `{"clientId": …, "clientSecret": …}`. */
export function platformApps(now: () => number = Date.now): PlatformApps {
  const kept = new Map<AppPlatformId, { credentials: AppCredentials | undefined; until: number }>();
  let apis: z.infer<typeof Apis> | undefined;
  return {
    api(platform) {
      apis ??= Apis.parse(JSON.parse(config('PLATFORM_APIS').PLATFORM_APIS));
      const api = apis[platform];
      if (!api) throw new Error(`PLATFORM_APIS has no ${platform}`);
      return api;
    },
    async find(platform) {
      const known = kept.get(platform);
      if (known && known.until > now()) return known.credentials;
      const credentials = await readCredentials(platform);
      kept.set(platform, { credentials, until: now() + keptMs });
      return credentials;
    },
  };
}

async function readCredentials(platform: AppPlatformId): Promise<AppCredentials | undefined> {
  const parameter = { Name: `${pathOf()}/${platform}`, WithDecryption: true };
  try {
    const { Parameter } = await ssm().send(new GetParameterCommand(parameter));
    return AppCredentials.parse(JSON.parse(Parameter?.Value ?? ''));
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    // A value that is no JSON would be in the error's own words.
    if (error instanceof SyntaxError || error instanceof z.ZodError)
      throw new Error(`the parameter ${parameter.Name} is not {"clientId", "clientSecret"}`);
    throw error;
  }
}

/** Which platforms have credentials. The credentials themselves are not opened. */
export function configuredPlatforms(now: () => number = Date.now) {
  let kept = { ids: new Set<string>(), until: 0 };
  return async (): Promise<ReadonlySet<string>> => {
    if (kept.until <= now()) kept = { ids: new Set(await parameterNames(pathOf())), until: now() + keptMs };
    return kept.ids;
  };
}

/** Names below a path, without it. */
async function parameterNames(Path: string): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm().send(new GetParametersByPathCommand({ Path, NextToken }));
    names.push(...(page.Parameters ?? []).flatMap(({ Name }) => Name?.slice(Path.length + 1) ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return names;
}

/** The app of a platform, for adapters that cannot do without. */
export async function appOf(apps: PlatformApps, platform: AppPlatformId): Promise<AppCredentials> {
  const app = await apps.find(platform);
  if (app) return app;
  const message = 'ClientNest is not set up for this platform.';
  throw new PlatformRefused({ kind: 'retry_later', platformCode: null, message });
}
