import * as z from 'zod';
import { OverrideText } from '../override-text.ts';

/** What a post may wish for Bluesky, in the terms of the record `app.bsky.feed.post`. */
export const BlueskyOptions = z.strictObject({
  text: OverrideText.optional(),
  langs: z
    .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/))
    .min(1)
    .max(3)
    .optional()
    .meta({ description: 'Languages of the text (BCP 47).', example: ['de'] }),
});
export type BlueskyOptions = z.infer<typeof BlueskyOptions>;
