import type { AppPlatformId, PlatformApi } from '../functions/platforms/contract.ts';

/** Where a platform is called, in which version of its API, and until when that version is served, where that is known. */
export type VersionedApi = PlatformApi & { retiresOn: string | null };

/** The platforms themselves. Raise a version well before it retires: what each platform does then is in its notes. */
export const publicApis: Readonly<Record<AppPlatformId, VersionedApi>> = {
  // Anyone may ask it for the account behind a handle. The protocol has no versions: what is there stays.
  bluesky: {
    web: 'https://bsky.app',
    api: 'https://public.api.bsky.app',
    directory: 'https://plc.directory',
    version: 'xrpc',
    retiresOn: null,
  },
  threads: { web: 'https://www.threads.net', api: 'https://graph.threads.net', version: 'v1.0', retiresOn: null },
  // Came on 29 July 2026, and a version lives for two years at least. A retired one is replaced without a word.
  facebook: {
    web: 'https://www.facebook.com',
    api: 'https://graph.facebook.com',
    upload: 'https://rupload.facebook.com',
    version: 'v26.0',
    retiresOn: '2028-07-29',
  },
  // A version is served for a year; then its calls are refused with 426.
  linkedin: {
    web: 'https://www.linkedin.com',
    api: 'https://api.linkedin.com',
    version: '202609',
    retiresOn: '2027-09-15',
    // What the products of our app bring; a scope that the app has not makes the whole sign-in fail.
    scopes: [
      'openid',
      'profile',
      'w_member_social',
      'w_organization_social',
      'r_organization_social',
      'rw_organization_admin',
    ],
  },
  x: { web: 'https://x.com', api: 'https://api.x.com', version: '2', retiresOn: null },
  // The versions of the Graph API; what Instagram changes, it mostly changes in all of them.
  instagram: {
    web: 'https://www.instagram.com',
    api: 'https://graph.instagram.com',
    login: 'https://api.instagram.com',
    facebook: { web: 'https://www.facebook.com', api: 'https://graph.facebook.com' },
    version: 'v26.0',
    retiresOn: '2028-07-29',
  },
  // v3 has no dated versions: its changes are announced in the revision history.
  youtube: {
    web: 'https://www.youtube.com',
    consent: 'https://accounts.google.com',
    login: 'https://oauth2.googleapis.com',
    api: 'https://www.googleapis.com',
    version: 'v3',
    retiresOn: null,
  },
  tiktok: { web: 'https://www.tiktok.com', api: 'https://open.tiktokapis.com', version: 'v2', retiresOn: null },
  pinterest: {
    web: 'https://www.pinterest.com',
    api: 'https://api.pinterest.com',
    version: 'v5',
    retiresOn: null,
  },
};

/** Ports of the sandboxes on a developer's machine, where they are free. */
export const sandboxPorts: Readonly<Record<AppPlatformId, number>> = {
  bluesky: 4102,
  threads: 4103,
  facebook: 4104,
  linkedin: 4105,
  x: 4106,
  instagram: 4107,
  pinterest: 4110,
  youtube: 4109,
  tiktok: 4108,
};

/** The sandboxes in the place of the platforms; they speak the same versions. */
export function sandboxApis(
  urlOf = (platform: AppPlatformId) => `http://127.0.0.1:${sandboxPorts[platform]}`,
): Readonly<Record<AppPlatformId, VersionedApi>> {
  const entries = Object.entries(publicApis).map(([platform, { version, retiresOn, scopes }]) => {
    const url = urlOf(platform as AppPlatformId);
    return [platform, { web: url, api: url, version, retiresOn, scopes }];
  });
  return Object.fromEntries(entries);
}

/** What functions need of it. */
export const platformAddresses = (apis: Readonly<Record<AppPlatformId, VersionedApi>>) =>
  Object.fromEntries(Object.entries(apis).map(([platform, { retiresOn: _, ...api }]) => [platform, api]));

/** Below it, one SecureString for each platform: `{"clientId": "…", "clientSecret": "…"}`. */
export const platformAppsPath = ({ stage }: { stage: string }) => `/clientnest/${stage}/platforms`;
