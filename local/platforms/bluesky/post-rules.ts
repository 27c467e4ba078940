import * as z from 'zod';

// The lexicon of app.bsky.feed.post, as far as a client can get it wrong.

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const graphemesIn = (text: string) => Array.from(graphemes.segment(text)).length;

const limitedText = (max: { bytes: number; graphemes: number }) =>
  z.string().superRefine((text, context) => {
    const bytes = Buffer.byteLength(text);
    const letters = graphemesIn(text);
    if (bytes > max.bytes) context.addIssue(`string too big (maximum ${max.bytes}, got ${bytes})`);
    if (letters > max.graphemes) context.addIssue(`grapheme too big (maximum ${max.graphemes}, got ${letters})`);
  });

const AtUri = z.string().regex(/^at:\/\/[^\s/]+\/[a-z][\w.-]+\/[\w.~:-]+$/i, 'Invalid at-uri');
const Did = z.string().regex(/^did:[a-z]+:[\w.:%-]+$/, 'Invalid DID');
const Uri = z.string().regex(/^[a-z][a-z\d.-]*:\S+$/i, 'Invalid uri');
const Cid = z.string().regex(/^b[a-z2-7]{20,}$/, 'Invalid CID');
const Language = z.string().regex(/^[a-z]{2,3}(-[a-z\d]+)*$/i, 'Invalid language');
const Datetime = z.iso.datetime({ offset: true, message: 'Invalid datetime' });
const Tag = limitedText({ bytes: 640, graphemes: 64 });

export const StrongRef = z.looseObject({ uri: AtUri, cid: Cid });
export const BlobRef = z.looseObject({
  $type: z.literal('blob'),
  ref: z.object({ $link: Cid }),
  mimeType: z.string(),
  size: z.int().min(1),
});

export type BlobRef = z.infer<typeof BlobRef>;

/** An open union: what is known is checked, any other `$type` passes. */
const openUnion = (known: Record<string, z.ZodType>) =>
  z.looseObject({ $type: z.string() }).superRefine((value, context) => {
    const checked = known[value.$type]?.safeParse(value);
    for (const { path, message } of checked?.error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
  });

const Facet = z.looseObject({
  index: z.object({ byteStart: z.int().min(0), byteEnd: z.int().min(0) }),
  features: z
    .array(
      openUnion({
        'app.bsky.richtext.facet#mention': z.looseObject({ did: Did }),
        'app.bsky.richtext.facet#link': z.looseObject({ uri: Uri }),
        'app.bsky.richtext.facet#tag': z.looseObject({ tag: Tag }),
      }),
    )
    .min(1),
});
type Facet = z.infer<typeof Facet>;

const Image = z.looseObject({ image: BlobRef, alt: z.string() });
const Embed = openUnion({
  'app.bsky.embed.images': z.looseObject({ images: z.array(Image).max(4) }),
  'app.bsky.embed.external': z.looseObject({
    external: z.looseObject({ uri: Uri, title: z.string(), description: z.string(), thumb: BlobRef.optional() }),
  }),
  'app.bsky.embed.record': z.looseObject({ record: StrongRef }),
  'app.bsky.embed.recordWithMedia': z.looseObject({ record: z.looseObject({ record: StrongRef }) }),
  'app.bsky.embed.video': z.looseObject({ video: BlobRef }),
});

/** A real server leaves facets that point outside the text to its readers; here they are refused, being a client's bug. */
const Post = z
  .looseObject({
    text: limitedText({ bytes: 3000, graphemes: 300 }),
    createdAt: Datetime,
    facets: z.array(Facet).optional(),
    langs: z.array(Language).max(3).optional(),
    tags: z.array(Tag).max(8).optional(),
    reply: z.looseObject({ root: StrongRef, parent: StrongRef }).optional(),
    embed: Embed.optional(),
  })
  .superRefine(({ text, facets = [] }, context) => {
    const bytes = Buffer.from(text);
    for (const [place, { index }] of facets.entries()) {
      const problem = facetProblem(bytes, index);
      if (problem) context.addIssue({ code: 'custom', path: ['facets', place, 'index'], message: problem });
    }
  });

function facetProblem(text: Buffer, { byteStart, byteEnd }: Facet['index']): string | undefined {
  if (byteStart >= byteEnd) return `facet is empty (from ${byteStart} to ${byteEnd})`;
  if (byteEnd > text.length) return `facet ends at byte ${byteEnd} of ${text.length}`;
  const cutsCharacter = [byteStart, byteEnd].some((place) => ((text[place] ?? 0) & 0b1100_0000) === 0b1000_0000);
  return cutsCharacter ? `facet from ${byteStart} to ${byteEnd} cuts a character` : undefined;
}

const Subject = z.looseObject({ subject: StrongRef, createdAt: Datetime });

/** The collections whose records are checked; others are stored as they come. */
export const recordRules: Readonly<Record<string, z.ZodType>> = {
  'app.bsky.feed.post': Post,
  'app.bsky.feed.like': Subject,
  'app.bsky.feed.repost': Subject,
};

export const tidCollections: readonly string[] = [
  ...Object.keys(recordRules),
  'app.bsky.feed.threadgate',
  'app.bsky.feed.postgate',
  'app.bsky.graph.follow',
];
