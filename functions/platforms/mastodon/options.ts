import * as z from 'zod';
import { Written } from '../../runtime/shapes.ts';
import { OverrideText } from '../override-text.ts';

/** What a post may wish for Mastodon, in the terms of `POST /api/v1/statuses`. */
export const MastodonOptions = z.strictObject({
  text: OverrideText.optional(),
  visibility: z
    .enum(['public', 'unlisted', 'private'])
    .optional()
    .meta({ description: 'Who sees it; public without.' }),
  sensitive: z.boolean().optional().meta({ description: 'Its pictures are shown after a click only.' }),
  spoilerText: Written.max(500).optional().meta({ description: 'A warning before the text.' }),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .optional()
    .meta({ description: 'ISO 639 code.', example: 'de' }),
});
export type MastodonOptions = z.infer<typeof MastodonOptions>;
