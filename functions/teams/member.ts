import type { StoredUser } from '../identity/public.ts';
import { type Role, roles } from '../runtime/contract.ts';
import { commonFaults, Fault } from '../runtime/fault.ts';
import type { Member } from './contract.ts';
import type { StoredMember } from './member-table.ts';

export const memberOf = ({ role, createdAt }: StoredMember, { id, name, email }: StoredUser): Member => ({
  userId: id,
  name,
  email,
  role,
  joinedAt: createdAt,
});

export const isAtLeast = (role: Role, least: Role) => roles.indexOf(role) >= roles.indexOf(least);

/** Nobody gives a role above their own, or changes somebody who has one. */
export function checkMayGrant({ role: own }: { role: Role }, ...concerned: Role[]): void {
  if (concerned.every((role) => isAtLeast(own, role))) return;
  const isAboutOwners = concerned.includes('owner');
  const detail = isAboutOwners ? { detail: 'Only an owner makes or changes owners.' } : {};
  throw new Fault(commonFaults['auth.role_too_low'], detail);
}

/** Of a change that a caller makes to a member as they saw it. */
export function checkRevision({ revision }: StoredMember, expected: number | undefined): void {
  if (expected !== undefined && expected !== revision) throw new Fault(commonFaults['version.changed']);
}
