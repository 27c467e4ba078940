import * as z from 'zod';
import { PlatformRefused } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { demanded, restCall } from './api.ts';
import type { LinkedinSession } from './session.ts';

const File = z.object({ id: z.string().optional() });
const Content = z.object({ media: File.optional(), multiImage: z.object({ images: z.array(File) }).optional() });

const Post = z.object({
  id: z.string(),
  author: z.string(),
  commentary: z.string().default(''),
  content: Content.optional().catch(undefined),
  createdAt: z.number(),
  lastModifiedAt: z.number().optional(),
});
export type LinkedinPost = z.infer<typeof Post>;
const Posts = z.object({ elements: z.array(Post) });

/** The files that a post shows. */
export const filesOf = ({ content }: LinkedinPost): string[] =>
  [content?.media, ...(content?.multiImage?.images ?? [])].flatMap((file) => file?.id ?? []);

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
