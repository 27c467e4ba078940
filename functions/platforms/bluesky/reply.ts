import * as z from 'zod';
import type { HttpAnswer } from '../../runtime/http.ts';
import { type Account, PlatformRefused, type Refusal } from '../adapter.ts';
import { type AdapterTools, ask, isSuccess } from '../answer.ts';
import { errorName, readOrRefuse, refusalOf, xrpc } from './api.ts';
import { tidTime } from './tid.ts';

/** com.atproto.repo.strongRef: a record in one of its versions. */
const StrongRef = z.object({ uri: z.string().startsWith('at://'), cid: z.string().min(1) });

/** Where a reply stands in its thread, as its record says it: taken from the post that it answers. */
export const ThreadPlace = z.object({ reply: z.object({ root: StrongRef, parent: StrongRef }), createdAt: z.string() });
export type ThreadPlace = z.infer<typeof ThreadPlace>;

const Parent = z.object({
  cid: z.string().min(1),
  value: z.object({
    createdAt: z.coerce.date().optional().catch(undefined),
    reply: z.object({ root: StrongRef }).optional().catch(undefined),
  }),
});

type Reply = { uri: string; handle: string };

/**
 * Reads the post that a reply answers, in the account's own repository; the first post of its thread is what it names
 * itself (https://docs.bsky.app/docs/advanced-guides/posts#replies). Readers need not be signed in.
 */
export async function findPlace(tools: AdapterTools, account: Account, { uri, handle }: Reply): Promise<ThreadPlace> {
  const [repo = '', collection = '', rkey = ''] = uri.slice('at://'.length).split('/');
  const url = xrpc(account.server, 'com.atproto.repo.getRecord', { repo, collection, rkey });
  const answer = await ask(tools.http, { method: 'GET', url });
  if (!isSuccess(answer)) throw new PlatformRefused(parentRefusal(answer, tools.now()));
  const { cid, value } = readOrRefuse(Parent, answer, tools.now());
  const parent = { uri, cid };
  return { reply: { root: value.reply?.root ?? parent, parent }, createdAt: dateAfter(value.createdAt, handle) };
}

/** All parts of a thread are due at one time, and posts of one time are shown in any order: each is dated after the one before. */
function dateAfter(parentAt: Date | undefined, handle: string): string {
  const after = (parentAt?.getTime() ?? 0) + 1;
  return new Date(Math.max(tidTime(handle).getTime(), after)).toISOString();
}

/** How servers say that there is no such record; older ones have no name for it. */
const goneNames: ReadonlySet<string | undefined> = new Set(['RecordNotFound', 'RepoNotFound', 'InvalidRequest']);

/** Any other word on a question says nothing of what was to be published. */
function parentRefusal(answer: HttpAnswer, now: Date): Refusal {
  const refusal = refusalOf(answer, now);
  if (goneNames.has(errorName(answer))) return { ...refusal, kind: 'target_gone' };
  const saysNothing = refusal.kind === 'content_rejected' || refusal.kind === 'target_gone';
  return saysNothing ? { ...refusal, kind: 'retry_later' } : refusal;
}
