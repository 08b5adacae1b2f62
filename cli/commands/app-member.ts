/** `meridian app member`: who of an organizational unit may do what with its applications. */
import type { Command } from 'commander';
import { addMember, membersOf, removeMember } from '../../auth/members.ts';
import { CommandFailure } from '../failure.ts';
import { operate, operator } from '../operator.ts';
import type { CommonOptions, Surroundings } from '../program.ts';
import { columns, plain } from '../terminal.ts';

const usage: Readonly<Record<string, number>> = { list: 0, remove: 1, add: 2 };

export function addAppMember(app: Command, surroundings: Surroundings): void {
  const onStore = operate(surroundings);
  surroundings
    .common(app.command('member'))
    .description('the members of an organizational unit and their roles')
    .argument('<unit>', 'by id or name')
    .argument('<action>', 'list, add or remove')
    .argument('[email]')
    .argument('[role]', 'owner, admin, developer or support; another one replaces that of a member')
    .action(
      (unit: string, action: string, email: string | undefined, role: string | undefined, options: CommonOptions) =>
        onStore(
          options,
          () => checkAction(action, [email, role].filter((one) => one !== undefined).length),
          async (store, terminal) => {
            const members = await store.asWorker(async (tx) => {
              if (action === 'add') await addMember(tx, { unit, email: email ?? '', role: role ?? '' }, operator);
              if (action === 'remove') await removeMember(tx, { unit, email: email ?? '' }, operator);
              return membersOf(tx, unit);
            });
            const rows = members.map((member) => [member.role.toLowerCase(), plain(member.email, 320)]);
            terminal.result({ members }, columns(rows).join('\n'));
            return undefined;
          },
        ),
    );
}

function checkAction(action: string, given: number): void {
  if (usage[action] === given) return;
  throw new CommandFailure('usage', 'MEMBER', 'expected `list`, `add <email> <role>` or `remove <email>`', {
    fix: 'meridian app member --help',
  });
}
