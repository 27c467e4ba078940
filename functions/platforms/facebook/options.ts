import * as z from 'zod';
import { WebAddress, Written } from '../../runtime/shapes.ts';
import { OverrideText } from '../override-text.ts';

/** What a post may wish for Facebook, in the terms of `POST /{page}/feed` and `POST /{page}/videos`. */
export const FacebookOptions = z.strictObject({
  text: OverrideText.optional(),
  link: WebAddress.optional().meta({
    description:
      'The link that is shown with a preview, in place of the first one in the text. Posts with files have none.',
    example: 'https://example.com/news',
  }),
  format: z.enum(['video', 'reel']).optional().meta({
    description: 'What a video is published as; `reel`: upright (9:16), of 3 to 90 seconds, 30 a day at most.',
  }),
  title: Written.max(255).optional().meta({ description: 'The title of a video.' }),
});
export type FacebookOptions = z.infer<typeof FacebookOptions>;
