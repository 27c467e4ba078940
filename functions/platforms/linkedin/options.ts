import * as z from 'zod';
import { WebAddress, Written } from '../../runtime/shapes.ts';
import { OverrideText } from '../override-text.ts';

/** What a post may wish for LinkedIn. */
export const LinkedinOptions = z.strictObject({
  text: OverrideText.optional(),
  visibility: z
    .enum(['PUBLIC', 'CONNECTIONS'])
    .optional()
    .meta({ description: 'Without it: PUBLIC. Connections are a matter of members, not of organizations.' }),
  article: z
    .strictObject({
      source: WebAddress.meta({ example: 'https://example.com/news' }),
      title: Written.max(400).meta({ example: 'Good news' }),
      description: Written.max(4086).optional(),
    })
    .optional()
    .meta({
      description: 'A link that is shown as a card, for posts without files; LinkedIn does not look at the page.',
    }),
});
