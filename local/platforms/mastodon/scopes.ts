const areas = {
  read: 'accounts blocks bookmarks favourites filters follows lists mutes notifications search statuses'.split(' '),
  write:
    'accounts blocks bookmarks conversations favourites filters follows lists media mutes notifications reports statuses'.split(
      ' ',
    ),
};

export const knownScopes: readonly string[] = [
  'profile',
  'read',
  ...areas.read.map((area) => `read:${area}`),
  'write',
  ...areas.write.map((area) => `write:${area}`),
  'follow',
  'push',
];

/** Scopes are separated by spaces; without any, a client asks for `read`. */
export const parseScopes = (text: string | undefined) => (text?.trim() ? text.trim().split(/[\s+]+/) : ['read']);

/** `write` covers `write:statuses`; any one of the accepted scopes is enough. */
export const covers = (granted: readonly string[], accepted: readonly string[]) =>
  accepted.some((scope) => granted.includes(scope) || granted.includes(scope.split(':')[0] ?? scope));
