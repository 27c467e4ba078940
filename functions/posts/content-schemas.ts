import * as z from 'zod';
import { longestText, Media, PlatformOverrides } from '../platforms/contract.ts';
import { idOf } from '../runtime/ids.ts';
import { withoutControls } from '../runtime/shapes.ts';

/** Where a post goes at most: more than any team uses at once, few enough for one DynamoDB transaction. */
const maxTargets = 25;
export const ConnectionIds = z
  .array(idOf('conn'))
  .max(maxTargets)
  .refine((ids) => new Set(ids).size === ids.length, 'must not repeat a connection');

const PostText = z
  .string()
  .overwrite(withoutControls)
  .trim()
  .min(1)
  .max(longestText)
  .meta({ example: 'Good news, everyone!' });

/** As many as the platform that takes most. */
const maxMedia = 35;
const PostMedia = z.array(Media).max(maxMedia);

/** What follows a post in its thread, a reply to the part before it. */
const ThreadPart = z.strictObject({ text: PostText, media: PostMedia.default([]) });

/** As many as any platform takes in one go. */
const Thread = z.array(ThreadPart).max(24).meta({
  description:
    'What follows the post, each part a reply of the account to the one before; where all targets have threads (`limits.followUps` of the platform).',
});
const FirstComment = PostText.meta({
  description: 'What the account says below the post as soon as it is out: the last reply of a thread, or a comment.',
});

/** What a post says and shows, and what follows it, as somebody writes it. */
export const NewContent = z.strictObject({
  text: PostText,
  media: PostMedia.default([]).meta({ description: 'Pictures and videos, in the order in which they are shown.' }),
  overrides: PlatformOverrides.default({}).meta({ description: 'What is to be otherwise on single platforms.' }),
  thread: Thread.default([]),
  firstComment: FirstComment.nullable().default(null),
});

/** What is to be another content; what is left out stays. */
export const ContentPatch = z.strictObject({
  text: PostText.optional(),
  media: PostMedia.optional(),
  overrides: PlatformOverrides.optional().meta({ description: 'In place of all that there were.' }),
  thread: Thread.optional(),
  firstComment: FirstComment.nullable().optional(),
});
export type ContentPatch = z.infer<typeof ContentPatch>;

/** The content as it is shown. */
export const PostContent = z.object({
  text: z.string(),
  media: z.array(Media),
  overrides: PlatformOverrides,
  thread: z.array(z.object({ text: z.string(), media: z.array(Media) })),
  firstComment: z.string().nullable(),
});
export type PostContent = z.infer<typeof PostContent>;

/** The content as stored: rows of earlier days have a text alone. */
export const StoredContent = PostContent.extend({
  media: PostContent.shape.media.default([]),
  overrides: PostContent.shape.overrides.default({}),
  thread: PostContent.shape.thread.default([]),
  firstComment: PostContent.shape.firstComment.default(null),
});
