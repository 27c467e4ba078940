import { findLinks } from '../links.ts';

/** A stretch of a text that Bluesky shows as more than text; offsets in UTF-8 bytes, the end exclusive. */
export type Facet = {
  index: { byteStart: number; byteEnd: number };
  features: [
    | { $type: 'app.bsky.richtext.facet#link'; uri: string }
    | { $type: 'app.bsky.richtext.facet#mention'; did: string }
    | { $type: 'app.bsky.richtext.facet#tag'; tag: string },
  ];
};

/** A facet before mentions are resolved; offsets in UTF-16 units. */
export type Found = { start: number; end: number } & ({ link: string } | { handle: string } | { tag: string });

const mention =
  /(?<=^|[\s(])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![\w-])/giu;
const hashtag = /(?<=^|[\s(])[#＃]([^\s\p{Cf}]+)/gu;
const maxTagUnits = 64;

/** Links, mentions and tags of a text, in the order of the text and without overlap. */
export function findFacets(text: string): Found[] {
  const links = findLinks(text).map(({ start, end, url }) => ({ start, end, link: url }));
  const mentions = [...text.matchAll(mention)].map(({ 0: whole, 1: handle = '', index }) => ({
    start: index,
    end: index + whole.length,
    handle: handle.toLowerCase(),
  }));
  const found: Found[] = [...links, ...mentions, ...findTags(text)];
  return found
    .sort((one, other) => one.start - other.start)
    .filter(({ start }, place, all) => all.slice(0, place).every(({ end }) => end <= start));
}

/** `#2` is no tag and `#yes!` is the tag `yes`. */
function findTags(text: string): Found[] {
  return [...text.matchAll(hashtag)].flatMap(({ 1: rest = '', index }) => {
    const tag = withoutEndingPunctuation(rest);
    if (tag === '' || tag.length > maxTagUnits || !/[^\d\p{P}\p{M}]/u.test(tag)) return [];
    return [{ start: index, end: index + 1 + tag.length, tag }];
  });
}

function withoutEndingPunctuation(text: string): string {
  const signs = [...text];
  const last = signs.findLastIndex((sign) => !/\p{P}/u.test(sign));
  return signs.slice(0, last + 1).join('');
}

/** The facets as the record holds them. A mention of a handle that has no DID stays plain text. */
export function facetsOf(text: string, found: readonly Found[], dids: ReadonlyMap<string, string>): Facet[] {
  const bytesTo = (at: number) => Buffer.byteLength(text.slice(0, at));
  return found.flatMap((facet) => {
    const feature = featureOf(facet, dids);
    return feature
      ? [{ index: { byteStart: bytesTo(facet.start), byteEnd: bytesTo(facet.end) }, features: [feature] }]
      : [];
  });
}

function featureOf(facet: Found, dids: ReadonlyMap<string, string>): Facet['features'][0] | undefined {
  if ('link' in facet) return { $type: 'app.bsky.richtext.facet#link', uri: facet.link };
  if ('tag' in facet) return { $type: 'app.bsky.richtext.facet#tag', tag: facet.tag };
  const did = dids.get(facet.handle);
  return did === undefined ? undefined : { $type: 'app.bsky.richtext.facet#mention', did };
}
