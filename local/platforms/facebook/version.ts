import { publicApis } from '../../../lib/platform-apis.ts';

/** Below it is everything that the sandbox knows of the Graph API. */
export const versionPath = `/${publicApis.facebook.version}`;
