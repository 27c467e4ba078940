import { html } from 'hono/html';
import type { FaultList } from './sandbox-faults.ts';
import { type Html, sandboxPage } from './sandbox-layout.ts';
import type { SandboxApp, SandboxMedia, SandboxPlatform, SandboxPost, TextSegment } from './sandbox-platform.ts';

const avatar = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#f5c542"/></svg>`;
/** The picture of every account. */
export const avatarUrl = (url: string) => `${url}/avatar.svg`;

/** What people see: everything posted at `/`, one page per post and per account. */
export function addPages(app: SandboxApp, platform: SandboxPlatform, faults: FaultList) {
  app.get('/', (c) => {
    const posts = platform.posts();
    const count = html`<p class="count">${posts.length} ${posts.length === 1 ? 'post' : 'posts'}</p>`;
    const body = html`${faultNotice(faults)}${count}${postList(posts)}`;
    return sandboxPage(c, { platform: platform.name, title: 'What was posted', body, refreshSeconds: 3 });
  });

  app.get('/avatar.svg', (c) => c.body(avatar, 200, { 'Content-Type': 'image/svg+xml' }));

  app.get('*', (c) => {
    const path = decoded(c.req.path);
    const posts = platform.posts();
    const shown = posts.find(({ paths }) => paths.post.includes(path));
    if (shown) {
      const below = posts.filter(({ replyTo }) => replyTo === shown.id).toReversed();
      const body = [shown, ...below].map(card);
      return sandboxPage(c, { platform: platform.name, title: `A post by ${shown.account}`, body });
    }
    const byAccount = posts.filter(({ paths }) => paths.account.includes(path));
    const account = byAccount[0]?.account;
    if (!account) return c.notFound();
    return sandboxPage(c, { platform: platform.name, title: `Posts by ${account}`, body: postList(byAccount) });
  });

  app.notFound((c) => {
    c.status(404);
    const body = html`<p class="empty">Nothing is here. <a href="/">See what was posted</a></p>`;
    return sandboxPage(c, { platform: platform.name, title: 'Not found', body });
  });
}

function decoded(path: string) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const postList = (posts: SandboxPost[]) =>
  posts.length === 0
    ? html`<p class="empty">Nothing was posted yet. This page looks again by itself.</p>`
    : posts.map(card);

function card(post: SandboxPost): Html {
  return html`
    <article data-post-id="${post.id}">
      <header>
        <a class="account" href="${post.paths.account[0] ?? '/'}">${post.account}</a>
        <a class="when" href="${post.paths.post[0] ?? '/'}"><time datetime="${post.createdAt}">${post.createdAt}</time></a>
      </header>
      ${post.replyTo === null ? '' : html`<p class="reply">in reply to ${post.replyTo}</p>`}
      <p class="text">${post.segments.map(segment)}</p>
      ${post.media.map(shown)}
      <footer>${figure(post.likes, 'like')} · ${figure(post.reposts, 'repost')} · ${figure(post.replies, 'reply', 'replies')}</footer>
    </article>
  `;
}

const shown = ({ url, description, type = 'image/' }: SandboxMedia): Html =>
  type.startsWith('video/')
    ? html`<video src="${url}" aria-label="${description}" controls></video>`
    : html`<img src="${url}" alt="${description}" />`;

const figure = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** Only web addresses become links: a `javascript:` address stays text. */
function segment({ text, href }: TextSegment): Html {
  if (href === undefined || !/^(https?:\/\/|\/)/i.test(href)) return html`${text}`;
  return html`<a href="${href}" rel="nofollow noopener">${text}</a>`;
}

function faultNotice(faults: FaultList) {
  const waiting = faults.list();
  if (waiting.length === 0) return '';
  return html`<aside>
    <strong>Told to misbehave:</strong>
    <ul>
      ${waiting.map(({ kind, operation, remaining }) => html`<li>${kind} on ${operation ?? 'any operation'}, ${remaining} more</li>`)}
    </ul>
    <small>Stop it with <code>DELETE /sandbox/faults</code>.</small>
  </aside>`;
}
