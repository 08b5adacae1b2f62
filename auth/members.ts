/** Who of an organizational unit may do what with its applications: the rules; pages to use them come with the console. */
import { createHash } from 'node:crypto';
import { findUnit } from '../datasources/store/applications.ts';
import { audit } from '../datasources/store/audit.ts';
import {
  deleteMember,
  lockMembers,
  type Member,
  type MemberRole,
  memberRoles,
  putMember,
} from '../datasources/store/members.ts';
import type { Tx } from '../datasources/store/store.ts';
import type { UserError } from '../domain/errors.ts';
import { ApplicationRefusal } from './applications.ts';

/** @param unit by id or name. @throws ApplicationRefusal */
export async function membersOf(tx: Tx, unit: string): Promise<readonly Member[]> {
  return lockMembers(tx, await unitOf(tx, unit));
}

/** Adds somebody, or gives a member another role. @throws ApplicationRefusal; also where no owner would be left */
export async function addMember(
  tx: Tx,
  asked: { readonly unit: string; readonly email: string; readonly role: string },
  actor: string,
): Promise<void> {
  const email = checkEmail(asked.email);
  const role = checkRole(asked.role);
  const unitId = await unitOf(tx, asked.unit);
  const members = await lockMembers(tx, unitId);
  if (members.some((member) => member.email === email && member.role === role)) return;
  if (role !== 'OWNER') keepOwner(members, email);
  await putMember(tx, unitId, { email, role });
  await audit(tx, { action: 'member.added', actor, unitId, subjectId: memberId(email), detail: { role } });
}

/** @throws ApplicationRefusal; also for the last owner */
export async function removeMember(
  tx: Tx,
  asked: { readonly unit: string; readonly email: string },
  actor: string,
): Promise<void> {
  const email = checkEmail(asked.email);
  const unitId = await unitOf(tx, asked.unit);
  const members = await lockMembers(tx, unitId);
  if (!members.some((member) => member.email === email)) {
    throw refuse('email', 'INVALID', 'expected the address of a member, got another');
  }
  keepOwner(members, email);
  await deleteMember(tx, unitId, email);
  await audit(tx, { action: 'member.removed', actor, unitId, subjectId: memberId(email) });
}

/** The log outlives people's wish to be forgotten: whoever knows the address finds it there, nobody reads it there. */
export function memberId(email: string): string {
  return `member:${createHash('sha256').update(email).digest('hex').slice(0, 16)}`;
}

function keepOwner(members: readonly Member[], email: string): void {
  const owners = members.filter(({ role }) => role === 'OWNER');
  if (owners.length === 1 && owners[0]?.email === email) {
    throw refuse('email', 'INVALID', 'expected another owner to remain, got the last one');
  }
}

async function unitOf(tx: Tx, unit: string): Promise<string> {
  const found = await findUnit(tx, unit);
  if (found === 'several') throw refuse('unit', 'INVALID', 'expected one unit, got a name that several have');
  if (found === null) throw refuse('unit', 'NOT_FOUND', 'expected the id or the name of an organizational unit');
  return found.id;
}

function checkEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (/^[^\s@,;<>\p{Cc}]{1,64}@[^\s@,;<>\p{Cc}]{1,255}$/u.test(email)) return email;
  throw refuse('email', 'INVALID', 'expected an e-mail address, such as ada@example.com');
}

function checkRole(text: string): MemberRole {
  const role = memberRoles.find((known) => known === text.toUpperCase());
  if (role !== undefined) return role;
  throw refuse('role', 'INVALID', 'expected owner, admin, developer or support');
}

function refuse(field: string, code: UserError['code'], message: string): ApplicationRefusal {
  return new ApplicationRefusal([{ path: [field], code, message }]);
}
