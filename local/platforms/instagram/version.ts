import { publicApis } from '../../../lib/platform-apis.ts';

/** Below it is everything that the sandbox knows of the Graph API, of graph.instagram.com and graph.facebook.com alike. */
export const versionPath = `/${publicApis.instagram.version}`;
