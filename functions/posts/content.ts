import type { PlatformId } from '../platforms/contract.ts';
import type { ContentPatch, PostContent } from './content-schemas.ts';

/** What goes out in one call: the post itself, a part of its thread, or its first comment. */
export type PartContent = Pick<PostContent, 'text' | 'media' | 'overrides'>;

/** The content alone, of whatever has one. */
export const contentOf = ({ text, media, overrides, thread, firstComment }: PostContent): PostContent => ({
  text,
  media,
  overrides,
  thread,
  firstComment,
});

/** The content after a change; what it leaves out stays. */
export const changedContent = (before: PostContent, patch: ContentPatch): PostContent => ({
  text: patch.text ?? before.text,
  media: patch.media ?? before.media,
  overrides: patch.overrides ?? before.overrides,
  thread: patch.thread ?? before.thread,
  firstComment: patch.firstComment === undefined ? before.firstComment : patch.firstComment,
});

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
