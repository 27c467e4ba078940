import * as z from 'zod';
import { TiktokCreator } from './tiktok/options.ts';

/** What depends on the account of what a post may wish in `overrides`, under the same names; most platforms leave it open. */
export const AccountOptions = z.object({
  tiktok: TiktokCreator.optional(),
});
export type AccountOptions = z.infer<typeof AccountOptions>;
