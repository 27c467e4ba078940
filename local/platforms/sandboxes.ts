import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppPlatformId, type PlatformId } from '../../functions/platforms/contract.ts';
import { platformAppsPath, sandboxPorts } from '../../lib/platform-apis.ts';
import { apiUrlPlaceholder } from '../ground.ts';
import { localClient } from './bluesky/local-client.ts';
import { startBluesky } from './bluesky/start-bluesky.ts';
import { startFacebook } from './facebook/start-facebook.ts';
import { startInstagram } from './instagram/start-instagram.ts';
import { startLinkedin } from './linkedin/start-linkedin.ts';
import { startMastodon } from './mastodon/start-mastodon.ts';
import { startPinterest } from './pinterest/start-pinterest.ts';
import { sandboxApp } from './sandbox-oauth.ts';
import type { Sandbox, SandboxOptions } from './sandbox-platform.ts';
import { startThreads } from './threads/start-threads.ts';
import { startTiktok } from './tiktok/start-tiktok.ts';
import { startX } from './x/start-x.ts';
import { startYoutube } from './youtube/start-youtube.ts';

type StartSandbox = (options: SandboxOptions) => Promise<Sandbox>;

/** Every sandbox there is; a new platform does not compile until it has one. */
const starters: Readonly<Record<PlatformId, StartSandbox>> = {
  mastodon: startMastodon,
  bluesky: startBluesky,
  threads: startThreads,
  facebook: startFacebook,
  linkedin: startLinkedin,
  x: startX,
  instagram: startInstagram,
  pinterest: startPinterest,
  youtube: startYoutube,
  tiktok: startTiktok,
};
const ports: Readonly<Record<PlatformId, number>> = { mastodon: 4101, ...sandboxPorts };

export type Sandboxes = {
  urls: Readonly<Record<PlatformId, string>>;
  /** What a local stack must be told, so that its functions call these sandboxes as apps that they know. */
  forStack: { parameters: Record<string, string>; environment: Record<string, string> };
  stop: () => Promise<void>;
};

type Options = {
  /** Where their states are kept, if they are. */
  dataDir?: string | undefined;
  /** On their usual ports where these are free; else on any. */
  onUsualPorts?: boolean;
};

/** Starts all sandboxes in this process. */
export async function startSandboxes({ dataDir, onUsualPorts = false }: Options = {}): Promise<Sandboxes> {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const start = async (platform: PlatformId, startOne: StartSandbox) => {
    const kept = dataDir === undefined ? {} : { file: join(dataDir, `${platform}.json`) };
    const onUsualPort = onUsualPorts ? startOne({ ...kept, port: ports[platform] }) : startOne(kept);
    return [platform, await onUsualPort.catch(() => startOne(kept))] as const; // taken: then on any free one
  };
  const started = await Promise.all(entries(starters).map(([platform, startOne]) => start(platform, startOne)));
  const urls = fromEntries(started.map(([platform, { url }]) => [platform, url]));
  return {
    urls,
    forStack: stackOptions(urls),
    stop: async () => {
      await Promise.all(started.map(([, sandbox]) => sandbox.stop()));
    },
  };
}

function stackOptions(urls: Sandboxes['urls']): Sandboxes['forStack'] {
  const ids = AppPlatformId.options;
  const path = platformAppsPath({ stage: 'local' });
  // Bluesky knows us by the address of a document that the API serves.
  const documentUrl = `${apiUrlPlaceholder}/v1/oauth/bluesky/client-metadata.json`;
  const bluesky = localClient(documentUrl, ['http://127.0.0.1/', `${apiUrlPlaceholder}/v1/connections/callback`]);
  const appAt = (id: AppPlatformId) => (id === 'bluesky' ? bluesky : sandboxApp);
  return {
    parameters: Object.fromEntries(ids.map((id) => [`${path}/${id}`, JSON.stringify(appAt(id))])),
    environment: { SANDBOX_URLS: JSON.stringify(Object.fromEntries(ids.map((id) => [id, urls[id]]))) },
  };
}

const entries = <Value>(record: Readonly<Record<PlatformId, Value>>) => Object.entries(record) as [PlatformId, Value][];
const fromEntries = <Value>(list: [PlatformId, Value][]) => Object.fromEntries(list) as Record<PlatformId, Value>;
