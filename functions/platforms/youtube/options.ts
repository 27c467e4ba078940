import * as z from 'zod';
import { Written } from '../../runtime/shapes.ts';
import { OverrideText } from '../override-text.ts';

/** YouTube counts the commas between tags, and quotes around those with spaces. */
const tagsMax = 500;
const tagsLength = (tags: readonly string[]) =>
  tags.reduce((length, tag) => length + tag.length + (tag.includes(' ') ? 2 : 0), tags.length - 1);

/** What a post may wish for its video on YouTube. */
export const YoutubeOptions = z.strictObject({
  text: OverrideText.optional(),
  title: Written.max(100)
    .regex(/^[^<>]*$/, 'YouTube takes no < or > in titles')
    .optional()
    .meta({ description: 'Without it, the first line of the text, cut to 100 characters.', example: 'Good news' }),
  privacy: z.enum(['public', 'unlisted', 'private']).optional().meta({ description: 'Without it: public.' }),
  madeForKids: z
    .boolean()
    .optional()
    .meta({ description: 'What you declare about the audience; without it, the setting of the channel counts.' }),
  tags: z
    .array(Written.max(100))
    .max(100)
    .refine((tags) => tagsLength(tags) <= tagsMax, `YouTube takes ${tagsMax} characters of tags`)
    .optional(),
  categoryId: z
    .string()
    .regex(/^\d{1,3}$/)
    .optional()
    .meta({ description: 'One of the categories of YouTube.', example: '22' }),
  notifySubscribers: z.boolean().optional().meta({ description: 'Without it: yes.' }),
});
