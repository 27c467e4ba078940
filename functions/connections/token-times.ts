import * as z from 'zod';
import type { PlatformId } from '../platforms/contract.ts';
import type { AccessFor, TokenLife } from '../platforms/public.ts';
import { addSeconds } from '../runtime/clock.ts';

/** What is known of a connection's tokens without opening them, and when something is to be done about them. */
export const TokenTimes = z.object({
  /** null: they have no end of their own. */
  tokenExpiresAt: z.iso.datetime().nullable().default(null),
  /** They can be given another life without the user. */
  tokenIsRenewable: z.boolean().default(false),
  /** null: nothing is to be done (any more). */
  tokenDueAt: z.iso.datetime().nullable().default(null),
  /** Of how many publications after their end the team was told; null: it was not told of the end. */
  endToldOf: z.number().int().nullable().default(null),
});
export type TokenTimes = z.infer<typeof TokenTimes>;

/** Of a token's life; what is left is for tries after one that failed. */
const renewalShare = 0.8;
/** Users who must consent again are told this long before the end, but never in the first part of a short life. */
const noticeSeconds = 10 * 24 * 3600;

/** When tokens are due whose life begins now: those that can be renewed for that, the others for telling the team. */
function dueAt({ expiresAt, isRenewable }: TokenLife, now: Date): Date {
  const lifeSeconds = Math.max(0, (expiresAt.getTime() - now.getTime()) / 1000);
  const renewAt = addSeconds(now, lifeSeconds * renewalShare);
  const noticeAt = addSeconds(expiresAt, -noticeSeconds);
  return isRenewable || renewAt > noticeAt ? renewAt : noticeAt;
}

/** Of a secret that was just given. */
export async function tokenTimes(
  { platform, secret }: { platform: PlatformId; secret: string },
  { accessFor, now }: { accessFor: AccessFor; now: Date },
): Promise<TokenTimes> {
  const { tokenLife } = await accessFor(platform);
  const life = tokenLife?.(secret);
  return {
    tokenExpiresAt: life?.expiresAt.toISOString() ?? null,
    tokenIsRenewable: life?.isRenewable ?? false,
    tokenDueAt: life ? dueAt(life, now).toISOString() : null,
    endToldOf: null,
  };
}
