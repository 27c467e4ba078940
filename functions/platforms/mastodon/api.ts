import * as z from 'zod';
import type { HttpAnswer, HttpCall } from '../../runtime/http.ts';
import { type Account, PlatformRefused, type Refusal } from '../adapter.ts';
import { type AdapterTools, ask, isSuccess, malformed, provedKind, read, retryAt } from '../answer.ts';

/** What an account's sealed secret holds. Mastodon's tokens do not expire; revoking one needs its app. */
export const MastodonSecret = z.object({ accessToken: z.string(), clientId: z.string(), clientSecret: z.string() });
export type MastodonSecret = z.infer<typeof MastodonSecret>;

export const openSecret = ({ secret }: Pick<Account, 'secret'>) => MastodonSecret.parse(JSON.parse(secret));

export const bearer = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });

const MastodonError = z.object({ error: z.string(), error_description: z.string().optional() });

/** Mastodon's refusals by status; its words are shown, its status is the code. */
export function refusalOf(answer: HttpAnswer, now: Date): Refusal {
  const error = read(MastodonError, answer);
  return {
    kind: provedKind(refusalKind(answer), answer),
    platformCode: String(answer.status),
    message: (error?.error_description ?? error?.error ?? `Mastodon answered ${answer.status}.`).slice(0, 500),
    retryAt: retryAt(answer, now),
  };
}

function refusalKind({ status, headers }: HttpAnswer): Refusal['kind'] {
  if (status === 401) return 'reconnect';
  // A token without the scope is refused by the OAuth layer, which names its scheme; all other 403 are about the account.
  if (status === 403) return headers['www-authenticate'] ? 'reconnect' : 'account_restricted';
  if (status === 429) return 'rate_limited';
  if (status === 400 || status === 413 || status === 422) return 'content_rejected';
  // The rest below 500 says that there is no such operation at this address (any more).
  return status < 500 && status !== 408 ? 'target_gone' : 'retry_later';
}

/** A call without which there is nothing to go on with: its parsed answer, or `PlatformRefused`. */
export async function demand<Schema extends z.ZodType>(tools: AdapterTools, call: HttpCall, schema: Schema) {
  const answer = await ask(tools.http, call);
  if (!isSuccess(answer)) throw new PlatformRefused(refusalOf(answer, tools.now()));
  const parsed = read(schema, answer);
  if (parsed === undefined) throw new PlatformRefused(malformed(new URL(call.url).host));
  return parsed;
}
