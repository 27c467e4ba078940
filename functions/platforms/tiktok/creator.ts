import * as z from 'zod';
import { type Account, PlatformRefused, type Publication } from '../adapter.ts';
import { type AppTools, ask } from '../answer.ts';
import { demanded, tiktokUrl } from './api.ts';
import { Privacy, privacyLevels } from './options.ts';
import { tiktokSession } from './session.ts';

const Creator = z.object({
  creator_username: z.string().min(1),
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

/** Who is to see the post. Nobody but the user may choose it, so there is none that we would take by ourselves. */
export function privacyOf({ overrides }: Publication, { privacy_level_options: allowed }: Creator): string {
  const wished = overrides?.tiktok?.privacy;
  const [only, ...others] = allowed;
  if (wished === undefined && only !== undefined && others.length === 0) return only;
  const level = wished && privacyLevels[wished];
  if (level !== undefined && allowed.includes(level)) return level;
  const names = Privacy.options.filter((name) => allowed.includes(privacyLevels[name])).join(', ');
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
