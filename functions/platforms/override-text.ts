import { Written } from '../runtime/shapes.ts';

/** In characters: as many as the platform that takes most, Facebook. */
export const longestText = 63_206;

/** The text of a post on one platform, in place of the common one. */
export const OverrideText = Written.max(longestText).meta({ example: 'Good news, dear colleagues!' });
