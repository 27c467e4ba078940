import { fetchedFile } from '../fetched-file.ts';
import { keepFile } from '../kept-files.ts';
import type { SandboxApp } from '../sandbox-platform.ts';
import { imageInvalid, imageTooLarge, invalid, mayNotPost, photosPosted } from './refusals.ts';
import type { Page, Photo } from './state.ts';
import { callingPage, type FacebookStore, isPermitted, nextId, onlyKnown, parametersOf } from './store.ts';
import { versionPath } from './version.ts';

const maxBytes = 10 * 1024 * 1024;
const types = ['image/jpeg', 'image/png', 'image/gif', 'image/bmp', 'image/tiff'];
const lifeMs = 24 * 3600_000;

/** https://developers.facebook.com/docs/graph-api/reference/page/photos */
export function addPhotos(app: SandboxApp, store: FacebookStore) {
  app.post(`${versionPath}/:page/photos`, async (c) => {
    const caller = await callingPage(c, store);
    if (!isPermitted(caller, c.req.param('page'), 'pages_manage_posts')) throw mayNotPost();
    const given = await parametersOf(c);
    onlyKnown(given, ['url', 'published', 'alt_text_custom']);
    if (given.published !== 'false') throw invalid('The sandbox takes photos for posts only, with published=false');
    const file = await fetchedFile(given.url ?? '', maxBytes);
    if (file === 'too_large') throw imageTooLarge();
    if (file === 'unreachable' || !types.includes(file.type)) throw imageInvalid();
    const photo: Photo = {
      id: nextId(store),
      pageId: caller.page.id,
      file: { altText: given.alt_text_custom ?? null, ...(await keepFile(store.files, file)) },
      createdAt: store.now().toISOString(),
      postId: null,
    };
    store.state.current.photos[photo.id] = photo;
    store.state.changed();
    return c.json({ id: photo.id });
  });
}

/** The photos that a post is to show, in the order of `attached_media[0]`, `attached_media[1]` and so on. */
export function attachedPhotos(store: FacebookStore, page: Page, given: Readonly<Record<string, string>>): Photo[] {
  const photos: Photo[] = [];
  for (let place = 0; given[`attached_media[${place}]`] !== undefined; place++)
    photos.push(freshPhoto(store, page, photoId(given[`attached_media[${place}]`] ?? '')));
  if (photos.some(({ postId }) => postId !== null)) throw photosPosted();
  return photos;
}

function freshPhoto({ state, now }: FacebookStore, page: Page, id: string): Photo {
  const photo = state.current.photos[id];
  const isDropped = photo?.postId === null && now().getTime() - Date.parse(photo.createdAt) > lifeMs;
  if (photo?.pageId !== page.id || isDropped) throw invalid('Invalid parameter: attached_media');
  return photo;
}

function photoId(attached: string): string {
  const id = /^\{\s*"media_fbid"\s*:\s*"?(\d+)"?\s*\}$/.exec(attached)?.[1];
  if (id === undefined) throw invalid('Invalid parameter: attached_media');
  return id;
}
