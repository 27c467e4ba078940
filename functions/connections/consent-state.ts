import { createHash, randomBytes } from 'node:crypto';
import { idOf } from '../runtime/ids.ts';

const newSecret = () => randomBytes(32).toString('base64url');

/** What a consent is known by. One that comes back to us, with nothing else, says of which team it is: rows are found by team. */
export const newState = (teamId?: string) => (teamId === undefined ? newSecret() : `${teamId}.${newSecret()}`);

/** The team that a state names; undefined for a state that names none. */
export const teamNamed = (state: string) => idOf('team').safeParse(state.split('.', 1)[0]).data;

/** Shows that somebody is who the platform sent back: only their browser is told. */
export const newTicket = newSecret;

/** A ticket as it is stored, where nobody can read it. */
export const ticketDigest = (ticket: string) => createHash('sha256').update(ticket).digest('base64url');
