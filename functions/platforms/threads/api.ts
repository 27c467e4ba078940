import * as z from 'zod';
import type { HttpCall } from '../../runtime/http.ts';
import type { Account } from '../adapter.ts';
import type { AppTools } from '../answer.ts';

/** What an account's sealed secret holds: a long-lived token, good for 60 days and renewed by itself (see `refresh`). */
export const ThreadsSecret = z.object({ accessToken: z.string(), expiresAt: z.iso.datetime() });
export type ThreadsSecret = z.infer<typeof ThreadsSecret>;

export const openSecret = ({ secret }: Pick<Account, 'secret'>) => ThreadsSecret.parse(JSON.parse(secret));

/** Calls of the versioned API, signed as documented: the token is a parameter like all others. */
export function threadsApi({ apps }: Pick<AppTools, 'apps'>, accessToken: string) {
  const address = (path: string) => {
    const { api, version } = apps.api('threads');
    return `${api}/${version}/${path}`;
  };
  return {
    get(path: string, query: Record<string, string>): HttpCall {
      const url = new URL(address(path));
      url.search = new URLSearchParams({ ...query, access_token: accessToken }).toString();
      return { method: 'GET', url: url.href };
    },
    post: (path: string, fields: Record<string, string>): HttpCall => ({
      method: 'POST',
      url: address(path),
      body: new URLSearchParams({ ...fields, access_token: accessToken }),
    }),
  };
}
