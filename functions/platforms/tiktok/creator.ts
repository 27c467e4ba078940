import * as z from 'zod';
import { type Account, PlatformRefused, type Publication } from '../adapter.ts';
import { type AppTools, ask, WebUrl } from '../answer.ts';
import { demanded, tiktokUrl } from './api.ts';
import { Privacy, privacyLevels, type TiktokCreator } from './options.ts';
import { tiktokSession } from './session.ts';

const Creator = z.object({
  creator_username: z.string().min(1),
  creator_nickname: z.string().min(1).optional().catch(undefined),
  creator_avatar_url: WebUrl.optional().catch(undefined),
  privacy_level_options: z.array(z.string()),
  comment_disabled: z.boolean().default(false),
  duet_disabled: z.boolean().default(false),
  stitch_disabled: z.boolean().default(false),
  max_video_post_duration_sec: z.number().positive().optional().catch(undefined),
});
export type Creator = z.infer<typeof Creator>;

/** What the creator may post at this moment; TikTok wants it asked before each post. */
export async function askCreator(tools: AppTools, account: Account): Promise<Creator> {
  const call = { method: 'POST', url: tiktokUrl(tools, 'post/publish/creator_info/query'), body: {} } as const;
  return demanded(Creator, await ask(tiktokSession(tools, account).send, call), tools.now());
}

/** The same in the words in which a post says its wishes. */
export const shownCreator = (creator: Creator): TiktokCreator => ({
  name: creator.creator_nickname ?? creator.creator_username,
  username: creator.creator_username,
  avatarUrl: creator.creator_avatar_url ?? null,
  privacyLevels: privaciesOf(creator),
  commentsDisabled: creator.comment_disabled,
  duetsDisabled: creator.duet_disabled,
  stitchesDisabled: creator.stitch_disabled,
  maxVideoSeconds: creator.max_video_post_duration_sec ?? null,
});

/** Those that posts can name, of what the creator allows. */
const privaciesOf = ({ privacy_level_options: allowed }: Creator): Privacy[] =>
  Privacy.options.filter((name) => allowed.includes(privacyLevels[name]));

/** Who is to see the post. Nobody but the user may choose it, so there is none that we would take by ourselves. */
export function privacyOf({ overrides }: Publication, creator: Creator): string {
  const { privacy_level_options: allowed } = creator;
  const wished = overrides?.tiktok?.privacy;
  const [only, ...others] = allowed;
  if (wished === undefined && only !== undefined && others.length === 0) return only;
  const level = wished && privacyLevels[wished];
  if (level !== undefined && allowed.includes(level)) return level;
  const names = privaciesOf(creator).join(', ');
  throw new PlatformRefused({
    kind: 'content_rejected',
    platformCode: wished === undefined ? 'privacy_level_required' : 'privacy_level_option_mismatch',
    message:
      wished === undefined
        ? `Say who sees the post in overrides.tiktok.privacy; the account allows: ${names}.`
        : `The account does not allow ${wished} in overrides.tiktok.privacy, but: ${names}.`,
  });
}

/** What others may do with a post: what was wished, where the creator has it on. */
export function interactionsOf({ overrides }: Publication, creator: Creator) {
  const { allowComments = false, allowDuets = false, allowStitches = false } = overrides?.tiktok ?? {};
  return {
    disable_comment: creator.comment_disabled || !allowComments,
    disable_duet: creator.duet_disabled || !allowDuets,
    disable_stitch: creator.stitch_disabled || !allowStitches,
  };
}

/** What is said of advertising. */
export function disclosuresOf({ overrides }: Publication) {
  const { ownBrand = false, paidPartnership = false } = overrides?.tiktok ?? {};
  return { brand_organic_toggle: ownBrand, brand_content_toggle: paidPartnership };
}
