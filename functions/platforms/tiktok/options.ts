import * as z from 'zod';
import { Written } from '../../runtime/shapes.ts';
import { OverrideText } from '../override-text.ts';

/** Who sees a post, by TikTok's own names for it. */
export const privacyLevels = {
  public: 'PUBLIC_TO_EVERYONE',
  friends: 'MUTUAL_FOLLOW_FRIENDS',
  followers: 'FOLLOWER_OF_CREATOR',
  private: 'SELF_ONLY',
} as const;
export const Privacy = z.enum(['public', 'friends', 'followers', 'private']);
export type Privacy = z.infer<typeof Privacy>;

const offUnlessWished = 'Off unless wished, and where the account has it off.';

/** What a post may wish on TikTok. Its rules want people to choose who sees a post, and to switch on what others may do with it. */
export const TiktokOptions = z.strictObject({
  text: OverrideText.optional(),
  privacy: Privacy.optional().meta({
    description:
      'Who sees the post. TikTok lets nobody choose it for a user: required, unless the account allows one only. What it allows depends on the account; while our app is not audited, only `private`.',
  }),
  title: Written.max(90).optional().meta({ description: 'Of pictures; a video has its text only.' }),
  allowComments: z.boolean().optional().meta({ description: offUnlessWished }),
  allowDuets: z
    .boolean()
    .optional()
    .meta({ description: `Of videos. ${offUnlessWished}` }),
  allowStitches: z
    .boolean()
    .optional()
    .meta({ description: `Of videos. ${offUnlessWished}` }),
  ownBrand: z.boolean().optional().meta({ description: 'The post promotes the business of its account.' }),
  paidPartnership: z.boolean().optional().meta({ description: 'The post promotes a third party; never private.' }),
  aiGenerated: z.boolean().optional().meta({ description: 'Of videos.' }),
  coverAtMs: z.int().min(0).max(600_000).optional().meta({ description: 'Which frame of a video is its cover.' }),
  coverIndex: z.int().min(0).max(34).optional().meta({ description: 'Which picture is the cover; the first is 0.' }),
  autoAddMusic: z.boolean().optional().meta({ description: 'TikTok chooses music for pictures.' }),
});
export type TiktokOptions = z.infer<typeof TiktokOptions>;

/** What the creator of an account allows for a post at this moment; TikTok wants it shown where posts are written. */
export const TiktokCreator = z.object({
  name: z.string().meta({ description: 'To be shown with the post.', example: 'Ada' }),
  username: z.string().meta({ example: 'ada' }),
  avatarUrl: z.url().nullable().meta({ example: 'https://p16.tiktokcdn.com/ada.webp' }),
  privacyLevels: z.array(Privacy).meta({
    description: 'What `overrides.tiktok.privacy` may be: for the user to choose, with nothing chosen beforehand.',
  }),
  commentsDisabled: z.boolean().meta({ description: '`allowComments` has no effect.' }),
  duetsDisabled: z.boolean().meta({ description: '`allowDuets` has no effect.' }),
  stitchesDisabled: z.boolean().meta({ description: '`allowStitches` has no effect.' }),
  maxVideoSeconds: z.number().positive().nullable().meta({ description: 'null: TikTok does not tell.', example: 600 }),
});
export type TiktokCreator = z.infer<typeof TiktokCreator>;
