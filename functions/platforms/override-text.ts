import * as z from 'zod';

/** The text of a post on one platform, in place of the common one. */
export const OverrideText = z.string().trim().min(1).max(5_000).meta({ example: 'Good news, dear colleagues!' });
