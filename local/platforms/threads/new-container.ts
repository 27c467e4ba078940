import { graphError, invalidParameter, permissionMissing } from '../graph-refusals.ts';
import { statusOf } from './container-status.ts';
import { fetchedImage, fetchedVideo } from './fetched-media.ts';
import { mediaNotFound } from './not-found.ts';
import type { Container, Item } from './state.ts';
import { rootOf, type ThreadsStore } from './store.ts';
import { checkLink, checkText, checkTopic } from './text-rules.ts';

type Given = Readonly<Record<string, string>>;
type Content = Pick<Container, 'mediaType' | 'text' | 'items' | 'isCarouselItem' | 'wishes' | 'replyTo' | 'error'>;

const imitated = new Set([
  'access_token',
  'media_type',
  'is_carousel_item',
  'image_url',
  'video_url',
  'text',
  'alt_text',
  'children',
  'reply_to_id',
  'reply_control',
  'topic_tag',
  'link_attachment',
]);
const replyControls = [
  'everyone',
  'accounts_you_follow',
  'mentioned_only',
  'parent_post_author_only',
  'followers_only',
];

/** What a call of `POST /{user}/threads` asks for: https://developers.facebook.com/documentation/threads/posts */
export async function newContent(store: ThreadsStore, profileId: string, given: Given): Promise<Content> {
  const unknown = Object.keys(given).find((name) => !imitated.has(name));
  if (unknown !== undefined) throw invalidParameter(`The sandbox does not imitate the parameter ${unknown}`);
  const { media_type: mediaType, is_carousel_item: isItem = 'false', text = '' } = given;
  checkWishes(given);
  checkText(text, given.link_attachment);
  const isCarouselItem = isItem === 'true';
  const replyTo = answeredId(store, profileId, given);
  const common = { text: text.trim(), isCarouselItem, wishes: wishesOf(given), replyTo, error: null };
  if (isCarouselItem && mediaType !== 'IMAGE' && mediaType !== 'VIDEO')
    throw invalidParameter('Only images and videos may be carousel items.');
  if (mediaType === 'TEXT') return { ...common, mediaType, items: textOnly(given) };
  if (given.link_attachment !== undefined)
    throw invalidParameter('The parameter link_attachment is only for text-only posts.');
  if (mediaType === 'IMAGE') return { ...common, mediaType, items: [await image(store, given)] };
  if (mediaType === 'VIDEO') return { ...common, mediaType, ...(await video(store, given)) };
  if (mediaType === 'CAROUSEL') return { ...common, mediaType, items: childrenOf(store, profileId, given) };
  throw invalidParameter('The parameter media_type must be TEXT, IMAGE, VIDEO or CAROUSEL.');
}

/**
 * https://developers.facebook.com/docs/threads/retrieve-and-manage-replies/create-replies: below posts of others only with
 * permissions that nobody has here. How Threads refuses a reply to what is not there, no document says.
 */
function answeredId(store: ThreadsStore, profileId: string, { reply_to_id: id }: Given): string | null {
  if (id === undefined) return null;
  const answered = store.state.current.posts[id];
  if (!answered) throw mediaNotFound(id);
  if (rootOf(store, answered).profileId !== profileId) throw permissionMissing('threads_manage_mentions');
  return id;
}

function checkWishes({ reply_control, topic_tag, link_attachment }: Given): void {
  if (reply_control !== undefined && !replyControls.includes(reply_control))
    throw invalidParameter('The parameter reply_control is not one of the known values.');
  if (topic_tag !== undefined) checkTopic(topic_tag);
  if (link_attachment !== undefined) checkLink(link_attachment);
}

const wishesOf = ({ reply_control, topic_tag, link_attachment }: Given): Record<string, string> => ({
  ...(reply_control !== undefined && { replyControl: reply_control }),
  ...(topic_tag !== undefined && { topicTag: topic_tag }),
  ...(link_attachment !== undefined && { linkAttachment: link_attachment }),
});

function textOnly({ text = '', alt_text }: Given): Item[] {
  if (text.trim() === '') throw invalidParameter('The parameter text is required.');
  if (alt_text !== undefined) throw invalidParameter('The parameter alt_text is not for text-only posts.');
  return [];
}

async function image({ files }: ThreadsStore, { image_url = '', alt_text }: Given): Promise<Item> {
  if (image_url === '') throw invalidParameter('The parameter image_url is required.');
  return { altText: alt_text ?? null, ...(await fetchedImage(files, image_url)) };
}

async function video(
  { files }: ThreadsStore,
  { video_url = '', alt_text }: Given,
): Promise<Pick<Content, 'items'> & { error?: string }> {
  if (video_url === '') throw invalidParameter('The parameter video_url is required.');
  const file = await fetchedVideo(files, video_url);
  return 'error' in file ? { items: [], error: file.error } : { items: [{ altText: alt_text ?? null, ...file }] };
}

function childrenOf(store: ThreadsStore, profileId: string, { children = '' }: Given): Item[] {
  const ids = children.split(',').filter((id) => id !== '');
  if (ids.length < 2 || ids.length > 20) throw invalidParameter('A carousel has at least 2 and up to 20 children.');
  return ids.flatMap((id) => {
    const child = store.state.current.containers[id];
    if (child?.profileId !== profileId || !child.isCarouselItem || statusOf(store, child) !== 'FINISHED')
      throw childInvalid();
    return child.items;
  });
}

/** A child that is in progress still counts as one that is not there (exileum/meta-mcp, pull request 4). */
const childInvalid = () =>
  graphError({
    message: 'The requested resource does not exist',
    code: 24,
    subcode: 4279004,
    isTransient: false,
    user: { title: 'Invalid carousel', message: 'The carousel child items are invalid or expired.' },
  });
