import * as z from 'zod';
import { WebAddress } from '../../runtime/shapes.ts';
import { OverrideText } from '../override-text.ts';

const Username = z
  .string()
  .regex(/^[\w.]{1,30}$/)
  .meta({ example: 'ada.lovelace' });

/** What a post may wish for Instagram. Covers are for single videos (reels). */
export const InstagramOptions = z.strictObject({
  text: OverrideText.optional(),
  shareToFeed: z.boolean().optional().meta({ description: 'A reel is shown in the feed as well.' }),
  coverUrl: WebAddress.optional().meta({
    description: 'A picture as cover of a reel; it counts more than `coverOffsetMs`.',
  }),
  coverOffsetMs: z.int().nonnegative().optional().meta({ description: 'The moment of a reel that is its cover.' }),
  collaborators: z
    .array(Username)
    .min(1)
    .max(3)
    .optional()
    .meta({ description: 'Asked to be shown as authors too; for accounts that were connected by Facebook Login.' }),
  locationId: z
    .string()
    .regex(/^\d{1,30}$/)
    .optional()
    .meta({ description: 'Id of a Facebook Page with a place.', example: '106377336067638' }),
  aiGenerated: z.boolean().optional().meta({ description: 'Marks the post as made with AI.' }),
});
export type InstagramOptions = z.infer<typeof InstagramOptions>;
