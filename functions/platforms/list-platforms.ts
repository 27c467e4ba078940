import { plainEndpoint } from '../runtime/plain-endpoint.ts';
import { catalogue } from './catalogue.ts';
import { AppPlatformId, platformsContract } from './contract.ts';
import { configuredPlatforms } from './platform-apps.ts';

type Tools = { configured: () => Promise<ReadonlySet<string>> };

const needsApp = new Set<string>(AppPlatformId.options);

export async function listPlatforms(_: unknown, { configured }: Tools) {
  const ids = await configured();
  const items = Object.values(catalogue).map((facts) => {
    const byConsent = !needsApp.has(facts.id) || ids.has(facts.id);
    const byPassword = facts.auth === 'app_password';
    const connectBy = [...(byConsent ? (['oauth2'] as const) : []), ...(byPassword ? (['app_password'] as const) : [])];
    const configured = connectBy.length > 0;
    return { ...facts, configured, connectBy, issue: configured ? null : ('notConfigured' as const) };
  });
  return { items };
}

export const handler = plainEndpoint(platformsContract.listPlatforms, listPlatforms, () => ({
  configured: configuredPlatforms(),
}));
