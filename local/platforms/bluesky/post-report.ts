import * as z from 'zod';
import type { SandboxPost, TextSegment } from '../sandbox-platform.ts';
import { imagesOf } from './feed-views.ts';
import type { StoredRecord } from './state.ts';
import type { BlueskyStore } from './store.ts';

const Feature = z.looseObject({
  $type: z.string(),
  uri: z.string().optional(),
  did: z.string().optional(),
  tag: z.string().optional(),
});
/** What the pages show of a post, however it was written: records can be stored unchecked. */
const ShownPost = z.object({
  text: z.string().catch(''),
  createdAt: z.string().catch(''),
  langs: z.array(z.string()).optional().catch(undefined),
  facets: z
    .array(z.object({ index: z.object({ byteStart: z.int(), byteEnd: z.int() }), features: z.array(Feature) }))
    .catch([]),
  reply: z
    .object({ parent: z.object({ uri: z.string() }) })
    .optional()
    .catch(undefined),
});
type ShownPost = z.infer<typeof ShownPost>;

export function sandboxPost(store: BlueskyStore, record: StoredRecord): SandboxPost {
  const { text, createdAt, facets, langs, reply } = ShownPost.parse(record.value);
  const handle = store.state.current.accounts[record.did]?.handle ?? record.did;
  const accountPaths = [`/profile/${handle}`, `/profile/${record.did}`];
  const { uri, cid, rkey, did, likes, reposts, replies, arrivals } = record;
  return {
    id: uri,
    url: `${store.url}/profile/${handle}/post/${rkey}`,
    account: handle,
    text,
    createdAt,
    arrivals,
    likes,
    reposts,
    replies,
    replyTo: reply?.parent.uri ?? null,
    media: imagesOf(store, record).map(({ fullsize, alt }) => ({ url: fullsize, description: alt })),
    segments: segmentsOf(store, { text, facets }),
    paths: { post: accountPaths.map((path) => `${path}/post/${rkey}`), account: accountPaths },
    details: { uri, cid, rkey, did, langs: langs ?? [], facets: resolvedFacets(text, facets), record: record.value },
  };
}

type Facets = ShownPost['facets'];

/** Each facet with the piece of text it covers, as a reader of the post would see it. */
const resolvedFacets = (text: string, facets: Facets) =>
  facets.flatMap(({ index, features }) =>
    features.map(({ $type, ...target }) => ({
      type: $type.split('#')[1],
      text: slice(text, index),
      ...index,
      ...target,
    })),
  );

const slice = (text: string, { byteStart, byteEnd }: Facets[number]['index']) =>
  Buffer.from(text).subarray(byteStart, byteEnd).toString();

/** The text cut at its facets; one that begins inside another is left out, as clients do. */
function segmentsOf({ url }: BlueskyStore, { text, facets }: Pick<ShownPost, 'text' | 'facets'>): TextSegment[] {
  const segments: TextSegment[] = [];
  let end = 0;
  for (const { index, features } of facets.toSorted((one, other) => one.index.byteStart - other.index.byteStart)) {
    if (index.byteStart < end || index.byteEnd <= index.byteStart) continue;
    segments.push({ text: slice(text, { byteStart: end, byteEnd: index.byteStart }) });
    const href = features.map((feature) => addressOf(url, feature)).find((address) => address !== undefined);
    segments.push({ text: slice(text, index), ...(href === undefined ? {} : { href }) });
    end = index.byteEnd;
  }
  segments.push({ text: slice(text, { byteStart: end, byteEnd: Buffer.byteLength(text) }) });
  return segments.filter((segment) => segment.text !== '');
}

function addressOf(url: string, { uri, did, tag }: z.infer<typeof Feature>): string | undefined {
  if (did !== undefined) return `${url}/profile/${did}`;
  return tag === undefined ? uri : `${url}/hashtag/${encodeURIComponent(tag)}`;
}
