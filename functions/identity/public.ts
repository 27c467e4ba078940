/** What other domains may use of identity. */
export { type StoredUser, type UserTable, userTable } from './user-table.ts';
