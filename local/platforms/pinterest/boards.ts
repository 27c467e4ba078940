import type { SandboxApp } from '../sandbox-platform.ts';
import type { Board, User } from './state.ts';
import { callerOf, nextId, ownBoard, type PinterestStore, pageOf, versionPath } from './store.ts';

/** The user and the boards. */
export function addBoards(app: SandboxApp, store: PinterestStore) {
  const { current } = store.state;
  const boardsOf = (user: User) => Object.values(current.boards).filter(({ userId }) => userId === user.id);

  app.get(`${versionPath}/user_account`, (c) => {
    const { user } = callerOf(c, store, 'user_accounts:read');
    return c.json({
      id: user.id,
      username: user.username,
      account_type: 'BUSINESS',
      profile_image: `${store.url}/pictures/${user.username}.jpg`,
      board_count: boardsOf(user).length,
    });
  });

  app.get(`${versionPath}/boards`, (c) => {
    const { user } = callerOf(c, store, 'boards:read');
    const { shown, bookmark } = pageOf(boardsOf(user), c.req.query());
    return c.json({ items: shown.map((board) => boardView(store, board, user)), bookmark });
  });

  app.post(`${versionPath}/boards`, async (c) => {
    const { user } = callerOf(c, store, 'boards:read', 'boards:write');
    const { name } = await c.req.json();
    const board = { id: nextId(store), name: String(name), userId: user.id, sections: [] };
    current.boards[board.id] = board;
    store.state.changed();
    return c.json(boardView(store, board, user), 201);
  });

  app.get(`${versionPath}/boards/:board`, (c) => {
    const { user } = callerOf(c, store, 'boards:read');
    return c.json(boardView(store, ownBoard(store, user, c.req.param('board')), user));
  });

  app.get(`${versionPath}/boards/:board/sections`, (c) => {
    const { user } = callerOf(c, store, 'boards:read');
    const { shown, bookmark } = pageOf(ownBoard(store, user, c.req.param('board')).sections, c.req.query());
    return c.json({ items: shown, bookmark });
  });
}

const boardView = ({ url, state }: PinterestStore, { id, name }: Board, { username }: User) => ({
  id,
  name,
  description: '',
  privacy: 'PUBLIC',
  owner: { username },
  pin_count: Object.values(state.current.pins).filter(({ boardId }) => boardId === id).length,
  media: { image_cover_url: `${url}/pictures/${id}.jpg`, pin_thumbnail_urls: [] },
  created_at: '2020-01-01T20:10:40',
});
