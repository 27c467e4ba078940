import { faults } from '../runtime/fault.ts';

export const connectionFaults = faults({
  'connection.not_found': {
    kind: 'missing',
    title: 'The team has no such connection.',
    remedy: 'Use an id from `GET /v1/connections`.',
  },
  'connection.already_exists': {
    kind: 'conflict',
    title: 'This account is connected already.',
    remedy: 'Use the connection named in `detail`, or delete it first.',
  },
  'connection.has_scheduled': {
    kind: 'conflict',
    title: 'Publications are still to go out on the connection.',
    remedy: 'Say with `scheduled=cancel` or `scheduled=keep` what becomes of them.',
  },
  'connection.too_many': {
    kind: 'conflict',
    title: 'The team has as many connections as its plan allows.',
    remedy: 'Delete connections that are no longer used, or choose a larger plan.',
  },
  'connection.other_account': {
    kind: 'conflict',
    title: 'The consent came from another account than that of the connection.',
    remedy:
      'Begin again, signed in on the platform as the account of the connection; or connect the other one as well.',
  },
  'connection.no_consent': {
    kind: 'conflict',
    title: 'Accounts of this platform are connected by a password for apps, not by consent.',
    remedy: 'Connect the account again with `POST /v1/connections` and a new app password.',
  },
  'connection.not_renewable': {
    kind: 'conflict',
    title: 'The access to this account cannot be renewed without its user.',
    remedy: 'Nothing is to be done while it works; else use `POST /v1/connections/{connectionId}/reconnect`.',
  },
  'connection.access_lost': {
    kind: 'conflict',
    title: 'The platform does not take our access to the account any more.',
    remedy: 'Have the user connect the account again: `POST /v1/connections/{connectionId}/reconnect`.',
  },
  'connection.not_tried': {
    kind: 'unavailable',
    title: 'Others took so long that this connection was not begun with.',
    remedy: 'Send the connections again that have this code.',
  },
  'connection.server_refused': {
    kind: 'invalid',
    title: 'This server cannot be called.',
    remedy: 'Give the public https address of the server.',
  },
  'connection.server_unreachable': {
    kind: 'unavailable',
    title: 'The server gives no usable answer.',
    remedy: 'Check the address; try again later.',
  },
  'connection.account_unknown': {
    kind: 'invalid',
    title: 'There is no such account.',
    remedy: 'Check the handle.',
  },
  'connection.redirect_refused': {
    kind: 'invalid',
    title: 'Consent cannot come back to this address.',
    remedy: 'Use an https address, or http on localhost.',
  },
  'connection.return_refused': {
    kind: 'invalid',
    title: 'Users are not sent on to this address.',
    remedy: 'Use an address of a frontend that this installation has in its settings, without a fragment.',
  },
  'connection.answer_empty': {
    kind: 'invalid',
    title: 'The platform sent neither a code nor an error.',
    remedy: 'Begin again with `POST /v1/connections/authorize`.',
  },
  'connection.state_unknown': {
    kind: 'invalid',
    title: 'The `state` is unknown, used or expired.',
    remedy: 'Begin again with `POST /v1/connections/authorize`.',
  },
  'connection.code_refused': {
    kind: 'invalid',
    title: 'The platform does not take this code.',
    remedy: 'Begin again with `POST /v1/connections/authorize`; a code works once.',
  },
  'connection.platform_not_configured': {
    kind: 'conflict',
    title: 'This installation has no app on the platform.',
    remedy: 'Choose a platform that `GET /v1/platforms` lists as configured, or have its credentials set up.',
  },
  'connection.no_accounts': {
    kind: 'invalid',
    title: 'The user has no account on the platform that posts can go to.',
    remedy: 'Begin again, and agree to the pages, channels or boards that are to be used.',
  },
  'connection.pending_not_found': {
    kind: 'missing',
    title: 'There is nothing to choose from under this id (any more).',
    remedy: 'Begin again with `POST /v1/connections/authorize`; choose within 15 minutes, as the same user.',
  },
  'connection.account_not_offered': {
    kind: 'invalid',
    title: 'The consent does not open this account.',
    remedy: 'Use `accountId`s from `GET /v1/connections/pending/{pendingId}`.',
  },
  'connection.credentials_wrong': {
    kind: 'invalid',
    title: 'The platform does not take this identifier and app password.',
    remedy: 'Make a new app password in the account settings.',
  },
});
