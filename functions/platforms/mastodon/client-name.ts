/** How this application calls itself on every server; Mastodon shows it beside a post, and reconciling looks for it. */
export const clientName = 'ClientNest';
