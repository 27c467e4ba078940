import type { Post, Publishing } from './state.ts';
import { nextId, type TiktokStore } from './store.ts';

type Content = { photos?: string[]; size?: number; sha256?: string };

/** Makes the post; it is complete when TikTok is done with it. */
export function finish(store: TiktokStore, publishing: Publishing, content: Content): void {
  const { photos = [], size = 0, sha256 = '' } = content;
  const createdAt = store.now();
  const { publishId, openId, asked } = publishing;
  const post: Post = {
    ...{ id: nextId(store), publishId, openId, asked, size, sha256, photos },
    kind: publishing.upload ? 'video' : 'photo',
    createdAt: createdAt.toISOString(),
    ...{ likes: 0, reposts: 0, replies: 0 },
  };
  store.state.current.posts[post.id] = post;
  publishing.postId = post.id;
  publishing.completeAt = new Date(createdAt.getTime() + store.processingSeconds * 1000).toISOString();
  store.state.changed();
}

export const isComplete = ({ now }: TiktokStore, { completeAt }: Publishing) =>
  completeAt !== null && completeAt <= now().toISOString();
