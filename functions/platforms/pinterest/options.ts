import * as z from 'zod';
import { WebAddress, Written } from '../../runtime/shapes.ts';
import { OverrideText } from '../override-text.ts';

const Id = z
  .string()
  .regex(/^\d{1,30}$/)
  .meta({ example: '549755885175' });

/** As much as DynamoDB surely holds, and more than any video has: what is too late in one, Pinterest says. */
const daySeconds = 24 * 3600;

/** What a post may wish for Pinterest. Without a board, it goes to the one that is connected. */
export const PinterestOptions = z.strictObject({
  text: OverrideText.optional(),
  title: Written.max(100).optional().meta({ example: 'Good news' }),
  link: WebAddress.optional().meta({ description: 'Where the pin leads to.', example: 'https://example.com/news' }),
  boardId: Id.optional().meta({ description: 'Another board of the same user.' }),
  sectionId: Id.optional().meta({ description: 'A section of the board.' }),
  coverUrl: WebAddress.optional().meta({ description: 'A picture as cover of a video.' }),
  coverSeconds: z
    .number()
    .min(0)
    .max(daySeconds)
    .overwrite((seconds) => Math.round(seconds * 1000) / 1000)
    .optional()
    .meta({ description: 'The moment of a video that is its cover, exact to the millisecond.', example: 2.5 }),
});
export type PinterestOptions = z.infer<typeof PinterestOptions>;
