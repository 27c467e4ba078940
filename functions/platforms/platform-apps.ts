import * as z from 'zod';
import { config } from '../runtime/config.ts';
import { parameterNames, readParameter } from '../runtime/parameters.ts';
import { PlatformRefused } from './adapter.ts';
import { AppPlatformId, PlatformApi } from './contract.ts';

const AppCredentials = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** Where consent may come back to, where we must tell the platform and not a form of it. */
  redirectUris: z.array(z.url()).optional(),
});
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
  const name = `${pathOf()}/${platform}`;
  const value = await readParameter(name);
  if (value === undefined) return undefined;
  try {
    return AppCredentials.parse(JSON.parse(value));
  } catch {
    // The error's own words would hold the value.
    throw new Error(`the parameter ${name} is not {"clientId", "clientSecret"}`);
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

/** The app of a platform, for adapters that cannot do without. */
export async function appOf(apps: PlatformApps, platform: AppPlatformId): Promise<AppCredentials> {
  const app = await apps.find(platform);
  if (app) return app;
  const message = 'ClientNest is not set up for this platform.';
  throw new PlatformRefused({ kind: 'retry_later', platformCode: null, message });
}
