import { type Account, type Figures, PlatformRefused } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { askStatus } from './status.ts';
import { queryVideos, videosPerCall } from './videos.ts';

const isPostId = (id: string) => /^[1-9]\d{0,19}$/.test(id);

const none: Figures = { likes: null, reposts: null, replies: null };

/** A post that had no id of its own when it went out is asked for it; a private one never gets one, and has no figures. */
export async function readMetrics(tools: AppTools, account: Account, ids: readonly string[]) {
  const figures = new Map<string, Figures>();
  for (let start = 0; start < ids.length; start += videosPerCall) {
    const askedBy = new Map<string, string>();
    for (const id of ids.slice(start, start + videosPerCall)) {
      const postId = isPostId(id) ? id : await postIdOf(tools, account, id);
      if (postId === 'hidden') figures.set(id, none);
      else if (postId !== 'gone') askedBy.set(postId, id);
    }
    for (const [id, counts] of await countsOf(tools, account, [...askedBy.keys()])) {
      const asked = askedBy.get(id);
      if (asked !== undefined) figures.set(asked, counts);
    }
  }
  return figures;
}

async function countsOf(tools: AppTools, account: Account, postIds: string[]): Promise<[string, Figures][]> {
  if (postIds.length === 0) return [];
  const { videos } = await queryVideos(tools, account, postIds);
  return videos.map(({ id, like_count: likes = null, share_count: reposts = null, comment_count: replies = null }) => [
    id,
    { likes, reposts, replies },
  ]);
}

/** `hidden`: the post is there, but not for everybody, or TikTok has not looked at it yet. */
async function postIdOf(tools: AppTools, account: Account, publishId: string): Promise<string | 'hidden' | 'gone'> {
  try {
    const status = await askStatus(tools, account, publishId);
    if (status.kind === 'failed') return 'gone';
    return (status.kind === 'complete' && status.postId) || 'hidden';
  } catch (error) {
    if (error instanceof PlatformRefused && error.refusal.kind === 'target_gone') return 'gone';
    throw error;
  }
}
