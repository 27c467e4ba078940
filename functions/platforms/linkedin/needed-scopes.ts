/** A member posts as such; an organization needs another permission, of whoever connected it. */
export const neededScopes = (urn: string) => [
  urn.startsWith('urn:li:person:') ? 'w_member_social' : 'w_organization_social',
];
