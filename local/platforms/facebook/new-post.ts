import { invalid } from './refusals.ts';
import type { Post } from './state.ts';
import { type FacebookStore, nextId } from './store.ts';

type Content = Pick<Post, 'pageId' | 'message' | 'link' | 'title' | 'files' | 'videoId'>;

const maxCharacters = 63_206;

export function checkMessage(message: string): void {
  if ([...message].length > maxCharacters) throw invalid(`The message may have at most ${maxCharacters} characters`);
}

export function publishPost(store: FacebookStore, content: Content): Post {
  const at = store.now().toISOString();
  const id = `${content.pageId}_${nextId(store)}`;
  const post = { id, ...content, createdAt: at, arrivals: [at], likes: 0, reposts: 0, replies: 0 };
  store.state.current.posts[id] = post;
  store.state.changed();
  return post;
}
