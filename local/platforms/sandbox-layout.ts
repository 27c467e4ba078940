import type { Context } from 'hono';
import { html, raw } from 'hono/html';

export type Html = ReturnType<typeof html>;
type PageParts = { platform: string; title: string; body: unknown; refreshSeconds?: number };

// No script and no outside host; forms are left alone because the consent form ends in a redirect to the client's host.
const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; base-uri 'none'; frame-ancestors 'none'";

export function sandboxPage(c: Context, { platform, title, body, refreshSeconds }: PageParts) {
  c.header('Content-Security-Policy', contentSecurityPolicy);
  c.header('Cache-Control', 'no-store');
  return c.html(html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refreshSeconds ? html`<meta http-equiv="refresh" content="${refreshSeconds}" />` : ''}
        <link rel="icon" href="data:," />
        <title>${title} · Sandbox ${platform}</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <div class="banner">
          <a href="/">Sandbox ${platform}</a>
          <span>for development and tests: nothing here reaches the real ${platform}</span>
        </div>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`);
}

const style = `
:root { color-scheme: light dark; --ink: #1c1d26; --soft: #666a7a; --line: #dfe1ea; --card: #fff; --page: #f3f4f8; --accent: #4b49d1; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceef6; --soft: #9ba0b4; --line: #33364a; --card: #20222f; --page: #15161f; --accent: #a3a2ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
.banner { background: #f5c542; color: #2a2200; padding: .6rem 1rem; display: flex; gap: .25rem 1rem; flex-wrap: wrap; justify-content: center; }
.banner a { color: inherit; font-weight: 700; text-decoration: none; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: .5rem 0 1rem; }
article, aside, form { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; margin: 0 0 1rem; }
article header { display: flex; justify-content: space-between; gap: 1rem; flex-wrap: wrap; }
.account { font-weight: 700; text-decoration: none; color: var(--ink); }
.when, .reply, .count, .empty, footer, small { color: var(--soft); font-size: .875rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
img, video { max-width: 100%; border-radius: .5rem; display: block; margin: .5rem 0; }
aside { border-color: #f5c542; }
code { overflow-wrap: anywhere; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input { font: inherit; width: 100%; padding: .5rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--page); color: inherit; }
button { font: inherit; padding: .5rem 1.25rem; margin: 1rem .5rem 0 0; border-radius: .5rem; border: 1px solid var(--line); cursor: pointer; background: var(--card); color: inherit; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--card); font-weight: 600; }
`;
