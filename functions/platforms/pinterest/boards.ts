import * as z from 'zod';
import type { Identity } from '../adapter.ts';
import { type AppTools, WebUrl } from '../answer.ts';

/** https://developers.pinterest.com/docs/api/v5/boards-list */
export const Board = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  owner: z.object({ username: z.string().min(1) }).optional(),
  media: z
    .object({ image_cover_url: WebUrl.optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
export type Board = z.infer<typeof Board>;

/** A board as users know it. Pinterest tells no address of a board, so it is that of the user. */
export function shownBoard({ apps }: Pick<AppTools, 'apps'>, { name, owner, media }: Board): Identity {
  const { web } = apps.api('pinterest');
  return {
    accountName: owner ? `${name} (@${owner.username})` : name,
    accountUrl: owner ? `${web}/${encodeURIComponent(owner.username)}/` : `${web}/`,
    avatarUrl: media?.image_cover_url,
  };
}
