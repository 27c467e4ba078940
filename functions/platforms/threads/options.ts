import * as z from 'zod';
import { WebAddress } from '../../runtime/shapes.ts';
import { OverrideText } from '../override-text.ts';

/** What a post may wish for Threads, in the terms of `POST /{user}/threads`. */
export const ThreadsOptions = z.strictObject({
  text: OverrideText.optional(),
  replyControl: z
    .enum(['everyone', 'accounts_you_follow', 'mentioned_only', 'parent_post_author_only', 'followers_only'])
    .optional()
    .meta({ description: 'Who may reply; everyone without.' }),
  topicTag: z
    .string()
    .trim()
    .regex(/^[^.&]{1,50}$/)
    .optional()
    .meta({ description: 'The topic that the post is shown under, without `.` and `&`.', example: 'Good news' }),
  linkAttachment: WebAddress.optional().meta({
    description:
      'The link that is shown with a preview, in place of the first one in the text. Posts with files have none.',
    example: 'https://example.com/news',
  }),
});
export type ThreadsOptions = z.infer<typeof ThreadsOptions>;
