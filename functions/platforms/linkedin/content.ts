import type { Publication } from '../adapter.ts';
import { isVideo } from '../media-limits.ts';
import { uploadOf } from './media.ts';

/** What a post shows besides its text, as LinkedIn wants it told; undefined for nothing. */
export function contentOf({ media = [], overrides, prepared }: Publication) {
  if (prepared === undefined) return articleOf(overrides?.linkedin?.article);
  const shown = uploadOf(prepared).map(({ urn }, place) => {
    const file = media[place];
    // Of videos, LinkedIn takes none.
    const altText = file && !isVideo(file) ? file.altText : undefined;
    return { id: urn, ...(altText !== undefined && { altText }) };
  });
  return shown.length === 1 ? { media: shown[0] } : { multiImage: { images: shown } };
}

type Article = NonNullable<NonNullable<NonNullable<Publication['overrides']>['linkedin']>['article']>;

const articleOf = (article: Article | undefined) => article && { article };
