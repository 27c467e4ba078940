import { Fault } from '../runtime/fault.ts';
import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { clientMetadata } from './bluesky/client-metadata.ts';
import { platformFaults, platformsContract } from './contract.ts';
import { type PlatformApps, platformApps } from './platform-apps.ts';

type Tools = { apps: Pick<PlatformApps, 'find'> };

export async function getBlueskyClientMetadata(_: unknown, { apps }: Tools) {
  const credentials = await apps.find('bluesky');
  if (!credentials) throw new Fault(platformFaults['platform.not_configured']);
  return clientMetadata(credentials);
}

export const handler = plainEndpoint(platformsContract.getBlueskyClientMetadata, getBlueskyClientMetadata, () => ({
  apps: platformApps(),
}));
