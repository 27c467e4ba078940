import type { Publication } from '../adapter.ts';
import type { Media } from '../contract.ts';
import type { InstagramOptions } from './options.ts';

type Fields = Record<string, string>;

const isVideo = ({ type }: Media) => type.startsWith('video/');
const optionsOf = ({ overrides }: Publication): InstagramOptions => overrides?.instagram ?? {};

/** A container of one picture, or of one video, which is a reel. */
export function singleFields(publication: Publication, media: Media): Fields {
  const { coverUrl, coverOffsetMs, shareToFeed } = optionsOf(publication);
  const common = postFields(publication);
  if (!isVideo(media)) return { ...common, ...pictureFields(media) };
  return {
    ...common,
    media_type: 'REELS',
    video_url: media.url,
    ...(coverUrl !== undefined && { cover_url: coverUrl }),
    ...(coverUrl === undefined && coverOffsetMs !== undefined && { thumb_offset: String(coverOffsetMs) }),
    ...(shareToFeed !== undefined && { share_to_feed: String(shareToFeed) }),
  };
}

/** A container of one part of a carousel. */
export const childFields = (media: Media): Fields => ({
  is_carousel_item: 'true',
  ...(isVideo(media) ? { media_type: 'VIDEO', video_url: media.url } : pictureFields(media)),
});

/** The container that shows its parts in their order. */
export const carouselFields = (publication: Publication, parts: readonly string[]): Fields => ({
  ...postFields(publication),
  media_type: 'CAROUSEL',
  children: parts.join(','),
});

const pictureFields = ({ url, altText }: Media): Fields => ({
  image_url: url,
  ...(altText !== undefined && { alt_text: altText }),
});

function postFields(publication: Publication): Fields {
  const { collaborators, locationId, aiGenerated } = optionsOf(publication);
  return {
    caption: publication.text,
    ...(collaborators && { collaborators: JSON.stringify(collaborators) }),
    ...(locationId !== undefined && { location_id: locationId }),
    ...(aiGenerated !== undefined && { is_ai_generated: String(aiGenerated) }),
  };
}
