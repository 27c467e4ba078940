import type { Account, Publication } from '../adapter.ts';
import type { Media } from '../contract.ts';
import { isVideo } from '../media-limits.ts';
import type { PinterestOptions } from './options.ts';

export const optionsOf = ({ overrides }: Publication): PinterestOptions => overrides?.pinterest ?? {};

/** Where the pin goes: the board that is connected, or the one that the post wishes. */
export const boardOf = (account: Pick<Account, 'accountId'>, publication: Publication) =>
  optionsOf(publication).boardId ?? account.accountId;

/** https://developers.pinterest.com/docs/api/v5/pins-create */
export function pinOf(account: Account, publication: Publication): Record<string, unknown> {
  const { title, link, sectionId } = optionsOf(publication);
  const { media = [], text } = publication;
  const altText = media.find((one) => one.altText !== undefined)?.altText;
  return {
    board_id: boardOf(account, publication),
    description: text,
    media_source: mediaSource(media, publication),
    ...(sectionId !== undefined && { board_section_id: sectionId }),
    ...(title !== undefined && { title }),
    ...(link !== undefined && { link }),
    ...(altText !== undefined && { alt_text: altText }),
  };
}

function mediaSource(media: readonly Media[], publication: Publication): Record<string, unknown> {
  const [first, ...others] = media;
  if (first && isVideo(first)) return videoSource(publication);
  if (others.length === 0) return { source_type: 'image_url', url: first?.url };
  const { title, link } = optionsOf(publication);
  const words = { ...(title !== undefined && { title }), ...(link !== undefined && { link }) };
  return { source_type: 'multiple_image_urls', items: media.map(({ url }) => ({ url, ...words })), index: 0 };
}

/** A video must have a cover: its first picture, where the post wishes no other. */
function videoSource(publication: Publication): Record<string, unknown> {
  const { coverUrl, coverSeconds = 0 } = optionsOf(publication);
  return {
    source_type: 'video_id',
    media_id: publication.prepared,
    ...(coverUrl === undefined ? { cover_image_key_frame_time: coverSeconds } : { cover_image_url: coverUrl }),
  };
}
