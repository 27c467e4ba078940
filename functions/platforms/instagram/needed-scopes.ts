/** What Facebook Login calls that which is Instagram's alone. */
export const instagramPermissions = [
  'instagram_basic',
  'instagram_content_publish',
  'instagram_manage_insights',
  'instagram_manage_comments',
];

/** Facebook Login has other names than Instagram Login, whose names are in the platform's facts. */
export const neededScopes = (granted: readonly string[]): readonly string[] | undefined =>
  granted.includes('pages_show_list') ? [...instagramPermissions, 'pages_read_engagement'] : undefined;
