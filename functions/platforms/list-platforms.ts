import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { catalogue } from './catalogue.ts';
import { AppPlatformId, platformsContract } from './contract.ts';
import { configuredPlatforms } from './platform-apps.ts';

type Tools = { configured: () => Promise<ReadonlySet<string>> };

const needsApp = new Set<string>(AppPlatformId.options);

export async function listPlatforms(_: unknown, { configured }: Tools) {
  const ids = await configured();
  const items = Object.values(catalogue).map((facts) => {
    const isConfigured = !needsApp.has(facts.id) || ids.has(facts.id);
    return { ...facts, configured: isConfigured, issue: isConfigured ? null : ('notConfigured' as const) };
  });
  return { items };
}

export const handler = plainEndpoint(platformsContract.listPlatforms, listPlatforms, () => ({
  configured: configuredPlatforms(),
}));
