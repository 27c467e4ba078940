import { catalogue } from './catalogue.ts';
import type { PlatformId } from './contract.ts';
import { neededScopes } from './linkedin/needed-scopes.ts';

/** Where accounts of one platform need different things; the others need what the platform's facts say. */
const ofAccounts: Partial<Record<PlatformId, (accountId: string) => readonly string[]>> = { linkedin: neededScopes };

type Granted = { platform: PlatformId; accountId: string; scopes: readonly string[] };

/** What our app needs and the user has not granted. */
export function missingScopes({ platform, accountId, scopes }: Granted): string[] {
  const needed = ofAccounts[platform]?.(accountId) ?? catalogue[platform].scopes;
  return needed.filter((scope) => !scopes.some((granted) => covers(granted, scope)));
}

/** A wide scope holds the narrow ones: `write` is `write:statuses` too. */
const covers = (granted: string, scope: string) => scope === granted || scope.startsWith(`${granted}:`);
