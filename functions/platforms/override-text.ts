import * as z from 'zod';

/** In characters: as many as the platform that takes most, Facebook. */
export const longestText = 63_206;

/** The text of a post on one platform, in place of the common one. */
export const OverrideText = z.string().trim().min(1).max(longestText).meta({ example: 'Good news, dear colleagues!' });
