import * as z from 'zod';

/**
 * What is on Facebook before the post: photos, uploaded `at` that time, or a video; nobody can see either. No video is there
 * where Facebook takes only videos that it publishes at once. `isTaken`: Facebook has said yes to the call that publishes it.
 */
const PreparedFiles = z.union([
  z.object({ photos: z.array(z.string().min(1)).min(1), at: z.iso.datetime() }),
  z.object({
    video: z.string().min(1).nullable(),
    isReel: z.literal(true).optional(),
    isTaken: z.literal(true).optional(),
  }),
]);
export type PreparedFiles = z.infer<typeof PreparedFiles>;

export const writePrepared = (files: PreparedFiles): string => JSON.stringify(files);

/** Undefined for a post without files: there is nothing to prepare. */
export const readPrepared = (prepared: string | undefined): PreparedFiles | undefined =>
  prepared === undefined ? undefined : PreparedFiles.parse(JSON.parse(prepared));
