import { type OAuthApp, PlatformRefused } from '../platforms/public.ts';
import type { Now } from '../runtime/clock.ts';
import type { SecretBox } from '../runtime/secrets.ts';
import type { AppPlace, AppTable, StoredApp } from './app-table.ts';

export type RegistryTools = {
  apps: Pick<AppTable, 'find' | 'reserve' | 'keep' | 'release'>;
  secrets: Pick<SecretBox, 'seal'>;
  now: Now;
  wait: (ms: number) => Promise<void>;
};

type RegisterApp = (server: string, redirectUri: string) => Promise<OAuthApp>;

export const appSecretContext = ({ server, redirectUri }: AppPlace) => ({ app: 'mastodon', server, redirectUri });

const pauseMs = 250;
/** As many pauses as another caller needs who registers the app right now and waits for the server. */
const tries = 40;

/** The app of a server and redirect address, registered by whoever needs it first; all others wait for that one. */
export async function findOrRegisterApp(
  place: AppPlace,
  registerApp: RegisterApp,
  tools: RegistryTools,
): Promise<StoredApp> {
  for (let tried = 0; tried < tries; tried++) {
    const app = await tools.apps.find(place);
    if (app) return app;
    if (await tools.apps.reserve(place, tools.now())) return register(place, registerApp, tools);
    await tools.wait(pauseMs);
  }
  const message = `${place.server} takes too long to register this application.`;
  throw new PlatformRefused({ kind: 'retry_later', platformCode: null, message });
}

async function register(
  place: AppPlace,
  registerApp: RegisterApp,
  { apps, secrets }: RegistryTools,
): Promise<StoredApp> {
  try {
    const app = await registerApp(place.server, place.redirectUri);
    const sealedClientSecret = await secrets.seal(app.clientSecret, appSecretContext(place));
    const stored = { ...place, clientId: app.clientId, sealedClientSecret };
    await apps.keep(stored);
    return stored;
  } catch (error) {
    await apps.release(place);
    throw error;
  }
}
