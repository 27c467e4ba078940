import * as z from 'zod';

/** A video whose bytes TikTok waits for: what nobody but we and TikTok know the addresses of. */
const PreparedVideo = z.object({
  publishId: z.string().min(1),
  uploadUrl: z.url(),
  expiresAt: z.iso.datetime(),
  size: z.number().int().positive(),
  chunk: z.number().int().positive(),
  /** How many bytes TikTok has surely taken. */
  sent: z.number().int().nonnegative(),
  username: z.string(),
});
export type PreparedVideo = z.infer<typeof PreparedVideo>;

/** What the creator allows, found before the one call that posts pictures, and the id that the call gave. */
const PreparedPhotos = z.object({
  privacy: z.string(),
  disableComment: z.boolean(),
  username: z.string(),
  publishId: z.string().min(1).optional(),
});
export type PreparedPhotos = z.infer<typeof PreparedPhotos>;

export const videoOf = (prepared = '') => PreparedVideo.parse(JSON.parse(prepared));
export const photosOf = (prepared = '') => PreparedPhotos.parse(JSON.parse(prepared));

/** Within what TikTok takes (5 to 64 MB) however it counts a megabyte. The last chunk has the rest too. */
const chunkBytes = 8 * 1024 * 1024;

/** A file below two chunks goes as a whole. */
export function chunksOf(size: number) {
  const count = Math.floor(size / chunkBytes);
  return count < 2 ? { chunk: size, count: 1 } : { chunk: chunkBytes, count };
}

/** Where the chunk begins that makes the post. */
export const lastChunkAt = ({ size, chunk }: Pick<PreparedVideo, 'size' | 'chunk'>) =>
  (Math.floor(size / chunk) - 1) * chunk;
