import type { PlatformId } from '../platforms/contract.ts';
import type { Post } from './contract.ts';

/** What a post says and shows, and what follows it. */
export type PostContent = Pick<Post, 'text' | 'media' | 'overrides' | 'thread' | 'firstComment'>;

/** What goes out in one call: the post itself, a part of its thread, or its first comment. */
export type PartContent = Pick<Post, 'text' | 'media' | 'overrides'>;

/** A post that is nothing but its text. */
export const textOnly = (text: string): PostContent => ({
  text,
  media: [],
  overrides: {},
  thread: [],
  firstComment: null,
});

/** What goes out on one platform, in order, with what the post wishes for that platform only; first the post itself. */
export function partsFor(platform: PlatformId, content: PostContent): [PartContent, ...PartContent[]] {
  const { text, media, thread, firstComment } = content;
  const own = content.overrides[platform];
  const overrides = own ? { [platform]: own } : {};
  const following = [...thread, ...(firstComment === null ? [] : [{ text: firstComment, media: [] }])];
  return [{ text: own?.text ?? text, media, overrides }, ...following.map((part) => ({ ...part, overrides }))];
}
