import * as z from 'zod';
import { PlatformRefused } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { demanded, restCall } from './api.ts';
import type { LinkedinSession } from './session.ts';

const Post = z.object({
  id: z.string(),
  author: z.string(),
  commentary: z.string().default(''),
  createdAt: z.number(),
  lastModifiedAt: z.number().optional(),
});
export type LinkedinPost = z.infer<typeof Post>;
const Posts = z.object({ elements: z.array(Post) });

/** Most posts that one call lists. */
export const listLimit = 100;

/** The newest posts of an author, by when they were changed last. */
export async function listPosts(tools: AppTools, session: LinkedinSession, author: string): Promise<LinkedinPost[]> {
  const query = {
    q: 'author',
    author: encodeURIComponent(author),
    count: String(listLimit),
    sortBy: 'LAST_MODIFIED',
  };
  const call = restCall(tools, 'posts', query);
  const answer = await ask(session.send, { ...call, headers: { ...call.headers, 'x-restli-method': 'FINDER' } });
  return demanded(Posts, answer, tools.now()).elements;
}

/** Undefined for a post that is not there (any more). */
export async function readPost(
  tools: AppTools,
  session: LinkedinSession,
  urn: string,
): Promise<LinkedinPost | undefined> {
  const answer = await ask(session.send, restCall(tools, `posts/${encodeURIComponent(urn)}`));
  try {
    return demanded(Post, answer, tools.now());
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return undefined;
    throw error;
  }
}

export const postUrl = ({ apps }: Pick<AppTools, 'apps'>, urn: string) =>
  `${apps.api('linkedin').web}/feed/update/${urn}`;
