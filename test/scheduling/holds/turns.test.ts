/** Who wants the same account takes turns; who wants another one does not wait. */
import { expect, test } from '@jest/globals';
import { turns } from '../../../scheduling/holds/turns.ts';

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test('one at a time for each account, in the order in which they came, whatever the order of the accounts', async () => {
  const inTurn = turns();
  const seen: string[] = [];
  const { open, opened } = gate();
  const work = (name: string, wait?: Promise<void>) => async () => {
    seen.push(`${name} begins`);
    await wait;
    seen.push(`${name} ends`);
    return name;
  };
  const all = [
    inTurn(['a', 'b'], work('first', opened)),
    inTurn(['b', 'c'], work('second')),
    inTurn(['c', 'a'], work('third')),
    inTurn(['d'], work('apart')),
  ];
  await all[3];
  expect(seen).toEqual(['first begins', 'apart begins', 'apart ends']);
  open();
  expect(await Promise.all(all)).toEqual(['first', 'second', 'third', 'apart']);
  expect(seen.slice(3)).toEqual(['first ends', 'second begins', 'second ends', 'third begins', 'third ends']);
});

test('one that fails keeps nobody waiting', async () => {
  const inTurn = turns();
  const failing = inTurn(['a'], async () => {
    throw new Error('no');
  });
  const next = inTurn(['a'], async () => 'next');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('next');
});
