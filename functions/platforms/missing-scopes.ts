import { catalogue } from './catalogue.ts';
import type { PlatformId } from './contract.ts';
import { neededScopes as neededByInstagram } from './instagram/needed-scopes.ts';
import { neededScopes as neededByLinkedin } from './linkedin/needed-scopes.ts';

/** Where accounts of one platform need different things; the others need what the platform's facts say. */
const ofAccounts: Partial<Record<PlatformId, (granted: Granted) => readonly string[] | undefined>> = {
  instagram: ({ scopes }) => neededByInstagram(scopes),
  linkedin: ({ accountId }) => neededByLinkedin(accountId),
};

type Granted = { platform: PlatformId; accountId: string; scopes: readonly string[] };

/** What our app needs and the user has not granted. */
export function missingScopes(granted: Granted): string[] {
  const { platform, scopes } = granted;
  const needed = ofAccounts[platform]?.(granted) ?? catalogue[platform].scopes;
  return needed.filter((scope) => !scopes.some((one) => covers(one, scope)));
}

/** A wide scope holds the narrow ones: `write` is `write:statuses` too. */
const covers = (granted: string, scope: string) => scope === granted || scope.startsWith(`${granted}:`);
