import * as z from 'zod';
import { OverrideText } from '../override-text.ts';

/** What a post may wish for X. */
export const XOptions = z.strictObject({
  text: OverrideText.optional(),
  replySettings: z
    .enum(['following', 'mentionedUsers', 'subscribers', 'verified'])
    .optional()
    .meta({ description: 'Who may reply; without it, everyone.' }),
  madeWithAi: z.boolean().optional().meta({ description: 'Marks the pictures or the video as made with AI.' }),
});
