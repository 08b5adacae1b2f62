/** The people of an organizational unit. As the worker. */
import { sql } from 'kysely';
import type { Tx } from './store.ts';

export const memberRoles = ['OWNER', 'ADMIN', 'DEVELOPER', 'SUPPORT'] as const;
export type MemberRole = (typeof memberRoles)[number];

export interface Member {
  /** In lower case. */
  readonly email: string;
  readonly role: MemberRole;
}

/** By role, the most powerful first, then by address; nobody else changes them until the transaction ends. */
export async function lockMembers(tx: Tx, unitId: string): Promise<readonly Member[]> {
  await tx.selectFrom('organizational_unit').select('id').where('id', '=', unitId).forUpdate().execute();
  return tx
    .selectFrom('unit_member')
    .select(['email', 'role'])
    .where('unit_id', '=', unitId)
    .orderBy(sql`array_position(${sql.val([...memberRoles])}::text[], role)`)
    .orderBy('email')
    .execute();
}

export async function putMember(tx: Tx, unitId: string, { email, role }: Member): Promise<void> {
  await tx
    .insertInto('unit_member')
    .values({ unit_id: unitId, email, role })
    .onConflict((conflict) => conflict.columns(['unit_id', 'email']).doUpdateSet({ role }))
    .execute();
}

export async function deleteMember(tx: Tx, unitId: string, email: string): Promise<void> {
  await tx.deleteFrom('unit_member').where('unit_id', '=', unitId).where('email', '=', email).execute();
}
