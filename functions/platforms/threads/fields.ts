import type { Publication } from '../adapter.ts';
import type { Media } from '../contract.ts';
import { isVideo } from '../media-limits.ts';

type Fields = Record<string, string>;

/** The container of a post without files. Of its own accord, Threads shows a preview of the first link in the text. */
export function textFields(publication: Publication): Fields {
  const { linkAttachment } = wishesOf(publication);
  return {
    media_type: 'TEXT',
    ...postFields(publication),
    ...(linkAttachment !== undefined && { link_attachment: linkAttachment }),
  };
}

/** The container of a post with one file. */
export const singleFields = (publication: Publication, media: Media): Fields => ({
  ...fileFields(media),
  ...postFields(publication),
});

/** The container of one part of a carousel. */
export const childFields = (media: Media): Fields => ({ ...fileFields(media), is_carousel_item: 'true' });

/** The container that shows its parts in their order. */
export const carouselFields = (publication: Publication, parts: readonly string[]): Fields => ({
  media_type: 'CAROUSEL',
  children: parts.join(','),
  ...postFields(publication),
});

/** Threads fetches the file from its address. */
const fileFields = (media: Media): Fields => ({
  ...(isVideo(media) ? { media_type: 'VIDEO', video_url: media.url } : { media_type: 'IMAGE', image_url: media.url }),
  ...(media.altText !== undefined && { alt_text: media.altText }),
});

/** What a post wishes is for the post on which all replies hang. */
const wishesOf = ({ overrides, replyTo }: Publication) => (replyTo ? {} : (overrides?.threads ?? {}));

function postFields(publication: Publication): Fields {
  const { text, replyTo } = publication;
  const { replyControl, topicTag } = wishesOf(publication);
  return {
    text,
    ...(replyTo && { reply_to_id: replyTo.platformPostId }),
    ...(replyControl !== undefined && { reply_control: replyControl }),
    ...(topicTag !== undefined && { topic_tag: topicTag }),
  };
}
